const { readFileSync } = require('node:fs');
const path = require('node:path');

class Initial1764000000000 {
    async up(queryRunner) {
        await queryRunner.query(readFileSync(path.join(__dirname, '1764000000000-initial.sql'), 'utf8'));
    }

    async down() {
        throw new Error('nothing comes before the first migration: drop the database instead');
    }
}

module.exports = { Initial1764000000000 };
