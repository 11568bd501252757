/** What this shop adds to Vendure's entities; every change here needs a migration. */
const customFields = {
    Product: [{ name: 'badge', type: 'string', nullable: true, unique: true }],
};

module.exports = { customFields };
