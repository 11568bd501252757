const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that is safe in HTML, in attributes too. */
function escape(text) {
    return String(text).replace(/[&<>"]/g, character => ENTITIES[character]);
}

/** The lowest price of the variants. */
function price(variants) {
    return `from $${(Math.min(...variants.map(({ priceWithTax }) => priceWithTax)) / 100).toFixed(2)}`;
}

/** The whole page. */
function page({ cards, release, serverRelease }) {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Shop</title>
<style>
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
    ul { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); list-style: none; padding: 0 }
    img { display: block }
    mark { background: #b3261e; border-radius: 1em; color: #fff; padding: 0 .6em }
    footer { color: #666 }
</style>
<h1>Shop</h1>
<ul>${cards.join('\n')}</ul>
<footer>storefront ${escape(release)}, server ${escape(serverRelease)}</footer>
</html>
`;
}

module.exports = { escape, page, price };
