const { escape, price } = require('./html');

/** What to ask the shop API for. */
const queries = ['{ products { items { name slug featuredAsset { source } variantList { items { priceWithTax } } } } }'];

/** A product as it stands on the page. */
function card({ name, featuredAsset, variantList }) {
    return `<li><img src="${escape(featuredAsset.source)}" alt="" width="160" height="120">
        <b>${escape(name)}</b> ${price(variantList.items)}</li>`;
}

module.exports = { card, queries };
