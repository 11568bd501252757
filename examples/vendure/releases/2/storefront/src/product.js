const { escape, price } = require('./html');

const FIELDS = 'name slug featuredAsset { source } variantList { items { priceWithTax } }';

/** What to ask the shop API for; the second serves while a server without badges still answers. */
const queries = [
    `{ products { items { ${FIELDS} customFields { badge } } } }`,
    `{ products { items { ${FIELDS} } } }`,
];

/** A product as it stands on the page. */
function card({ name, featuredAsset, variantList, customFields }) {
    const badge = customFields?.badge ? `<mark>${escape(customFields.badge)}</mark>` : '';
    return `<li><img src="${escape(featuredAsset.source)}" alt="" width="160" height="120">
        <b>${escape(name)}</b> ${price(variantList.items)} ${badge}</li>`;
}

module.exports = { card, queries };
