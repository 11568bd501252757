/** What this shop adds to Vendure's entities; every change here needs a migration. */
const customFields = {};

module.exports = { customFields };
