const { preBootstrapConfig } = require('@vendure/core');
const { DataSource } = require('typeorm');
const { release } = require('./release');
const { config } = require('./vendure-config');

const LOCK = 7_284_301;

/** The settings of this process's connections: a migration that can't get its lock fails, it does not queue in front of live traffic. */
const PATIENCE = '-c lock_timeout=5s';

/** Applies what is pending, each migration in its own transaction, and says what it did. */
async function applyPending(dataSource) {
    const before = Date.now();
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    for (const { name } of applied) {
        console.log(`applied ${name}`);
    }
    console.log(`${applied.length} migrations applied in ${Date.now() - before} ms`);
}

/** The statements that would give this release the columns and tables it lacks; what it merely doesn't know is a later release's. */
async function missing(dataSource) {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query).filter(query => !/^(ALTER TABLE \S+ )?DROP /.test(query));
}

async function migrate(dataSource) {
    const [{ server_version: version }] = await dataSource.query('SHOW server_version');
    console.log(`release ${release}, database ${config.dbConnectionOptions.database}, PostgreSQL ${version}`);
    await dataSource.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await applyPending(dataSource);
    const lacking = await missing(dataSource);
    if (lacking.length) {
        throw new Error(`no migration brings what this release needs:\n  ${lacking.join('\n  ')}`);
    }
    console.log('the database has everything that this release needs');
}

async function main() {
    const { dbConnectionOptions } = await preBootstrapConfig(config);
    const dataSource = new DataSource({ ...dbConnectionOptions, extra: { options: PATIENCE } });
    await dataSource.initialize();
    try {
        await migrate(dataSource);
    } finally {
        await dataSource.destroy();
    }
}

main().catch(error => {
    console.error(`migration failed: ${error.message}`);
    process.exit(1);
});
