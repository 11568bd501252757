/** What a new database is filled with: enough of a shop to order from. */
const initialData = {
    defaultLanguage: 'en',
    defaultZone: 'Europe',
    countries: [
        { name: 'Austria', code: 'AT', zone: 'Europe' },
        { name: 'Belgium', code: 'BE', zone: 'Europe' },
        { name: 'Germany', code: 'DE', zone: 'Europe' },
        { name: 'Netherlands', code: 'NL', zone: 'Europe' },
    ],
    taxRates: [{ name: 'Standard', percentage: 20 }],
    shippingMethods: [{ name: 'Parcel', price: 490 }],
    paymentMethods: [
        {
            name: 'Invoice',
            handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] },
        },
    ],
    collections: [],
};

const STOCK = 1_000_000;

/** Prices in cents. */
const products = [
    { name: 'Enamel mug', option: 'Colour', variants: { White: 1200, Blue: 1200, Green: 1200 } },
    { name: 'Stoneware bowl', option: 'Size', variants: { Small: 1450, Large: 2100 } },
    { name: 'Linen apron', option: 'Colour', variants: { Natural: 3900, Indigo: 4200 } },
    { name: 'Oak board', option: 'Size', variants: { Small: 2800, Large: 4600 } },
    { name: 'Pour-over kettle', option: 'Finish', variants: { Steel: 5900, Black: 6400 } },
    { name: 'Coffee grinder', option: 'Burrs', variants: { Steel: 8900, Ceramic: 9900 } },
    { name: 'Filter papers', option: 'Count', variants: { 'Box of 100': 550, 'Box of 300': 1400 } },
    { name: 'Tea towel', option: 'Colour', variants: { Blue: 950, Green: 950, Red: 950 } },
    { name: 'Glass jar', option: 'Size', variants: { '0.5 l': 700, '1 l': 950, '2 l': 1350 } },
    { name: 'Bread knife', option: 'Handle', variants: { Oak: 5200, Walnut: 5800 } },
];

const COLUMNS = [
    'name', 'slug', 'description', 'assets', 'facets', 'optionGroups', 'optionValues',
    'sku', 'price', 'taxCategory', 'stockOnHand', 'trackInventory', 'variantAssets', 'variantFacets',
];

function slugOf({ name }) {
    return name.toLowerCase().replaceAll(' ', '-');
}

/** One line per variant; the product itself stands on the first, as Vendure's importer reads it. */
function linesOf(product) {
    const slug = slugOf(product);
    const head = [product.name, slug, `${product.name}, made to be used.`, `${slug}.svg`, '', product.option];
    return Object.entries(product.variants).map(([value, price], index) => [
        ...(index ? Array(head.length).fill('') : head),
        value, `${slug}-${index + 1}`, price / 100, 'Standard', STOCK, 'true', '', '',
    ]);
}

/** Products as the CSV text of Vendure's product import. */
function csvOf(chosen) {
    return [COLUMNS, ...chosen.flatMap(linesOf)].map(line => line.map(cell => `"${cell}"`).join(',')).join('\n');
}

module.exports = { csvOf, initialData, products, slugOf };
