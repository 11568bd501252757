const path = require('node:path');
const {
    DefaultCachePlugin,
    DefaultJobQueuePlugin,
    DefaultSchedulerPlugin,
    DefaultSearchPlugin,
    dummyPaymentHandler,
} = require('@vendure/core');
const { customFields } = require('./custom-fields');
const { DiskAssetStorage, SameAssetPreview, serveAssets } = require('./assets');
const { ScryptPasswordHashing } = require('./password-hashing');
const { ReleasePlugin, nameRelease } = require('./release');

function required(name) {
    const value = process.env[name];
    if (!value) {
        throw new Error(`${name} is not set: see .env.server.example`);
    }
    return value;
}

const config = {
    apiOptions: {
        port: Number(process.env.PORT ?? 3000),
        shopApiPath: 'shop-api',
        adminApiPath: 'admin-api',
        trustProxy: 1,
        middleware: [
            { route: '/', handler: nameRelease, beforeListen: true },
            { route: '/assets', handler: serveAssets(required('ASSET_DIR')), beforeListen: true },
        ],
    },
    authOptions: {
        tokenMethod: ['bearer', 'cookie'],
        requireVerification: false,
        cookieOptions: { name: 'session', secret: required('COOKIE_SECRET') },
        passwordHashingStrategy: new ScryptPasswordHashing(),
        superadminCredentials: {
            identifier: required('SUPERADMIN_USERNAME'),
            password: required('SUPERADMIN_PASSWORD'),
        },
    },
    dbConnectionOptions: {
        type: 'postgres',
        host: required('DB_HOST'),
        port: Number(process.env.DB_PORT ?? 5432),
        database: required('DB_NAME'),
        username: required('DB_USERNAME'),
        password: required('DB_PASSWORD'),
        // While two releases run, both have a pool: together they stay below PostgreSQL's 100.
        poolSize: 15,
        synchronize: false,
        migrationsRun: false,
        migrations: [path.join(__dirname, 'migrations/*.js')],
    },
    assetOptions: {
        assetStorageStrategy: new DiskAssetStorage(required('ASSET_DIR')),
        assetPreviewStrategy: new SameAssetPreview(),
    },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    customFields,
    plugins: [
        ReleasePlugin,
        // In PostgreSQL, not in each process's memory: blue and green must see the same sessions.
        DefaultCachePlugin.init({}),
        DefaultJobQueuePlugin.init({ gracefulShutdownTimeout: 20_000 }),
        DefaultSchedulerPlugin.init(),
        DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
    ],
};

module.exports = { config };
