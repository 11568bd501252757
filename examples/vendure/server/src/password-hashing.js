const { randomBytes, scrypt, timingSafeEqual } = require('node:crypto');
const { promisify } = require('node:util');

const derive = promisify(scrypt);
const LENGTH = 64;

/** Node's own scrypt, so that nothing has to be compiled for the image; a shop that has bcrypt hashes keeps Vendure's default. */
class ScryptPasswordHashing {
    async hash(plaintext) {
        const salt = randomBytes(16);
        const key = await derive(plaintext, salt, LENGTH);
        return `scrypt:${salt.toString('base64')}:${key.toString('base64')}`;
    }

    async check(plaintext, hash) {
        const [scheme, salt, key] = hash.split(':');
        if (scheme !== 'scrypt') {
            return false;
        }
        return timingSafeEqual(await derive(plaintext, Buffer.from(salt, 'base64'), LENGTH), Buffer.from(key, 'base64'));
    }
}

module.exports = { ScryptPasswordHashing };
