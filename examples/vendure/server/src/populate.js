const path = require('node:path');
const { Readable } = require('node:stream');
const { lastValueFrom } = require('rxjs');
const {
    bootstrapWorker,
    CountryService,
    Importer,
    Populator,
    ProductService,
    RequestContext,
    RequestContextService,
    SearchService,
} = require('@vendure/core');
const { csvOf, initialData, products, slugOf } = require('./catalog');
const { config } = require('./vendure-config');

/** A picture for every product, drawn on the spot. */
const drawnAssets = {
    getStreamFromPath(file) {
        const name = path.basename(file, '.svg');
        const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
        return Readable.from([
            '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240" viewBox="0 0 320 240">',
            `<rect width="320" height="240" fill="hsl(${hue} 45% 85%)"/>`,
            `<circle cx="160" cy="120" r="70" fill="hsl(${hue} 45% 55%)"/></svg>`,
        ].map(text => Buffer.from(text)));
    },
};

async function populateOnce(app) {
    const { totalItems } = await app.get(CountryService).findAll(RequestContext.empty());
    if (totalItems === 0) {
        await app.get(Populator).populateInitialData(initialData);
    }
}

/** Imports the products that are not there yet; returns how many. */
async function importMissing(app, context) {
    const { items } = await app.get(ProductService).findAll(context, { take: 1000 });
    const present = new Set(items.map(({ slug }) => slug));
    const missing = products.filter(product => !present.has(slugOf(product)));
    const { errors } = await lastValueFrom(app.get(Importer).parseAndImport(csvOf(missing), context));
    if (errors?.length) {
        throw new Error(errors.join('\n'));
    }
    return missing.length;
}

async function main() {
    const { app } = await bootstrapWorker({
        ...config,
        importExportOptions: { assetImportStrategy: drawnAssets },
    });
    await populateOnce(app);
    // Made after that: it carries the channel with its tax zone.
    const context = await app.get(RequestContextService).create({ apiType: 'admin', languageCode: 'en' });
    const imported = await importMissing(app, context);
    if (imported > 0) {
        // The worker does it, once there is one.
        await app.get(SearchService).reindex(context);
    }
    console.log(`${imported} products imported, ${products.length - imported} were there`);
    await app.close();
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
