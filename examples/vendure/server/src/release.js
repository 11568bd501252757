const { Query, Resolver } = require('@nestjs/graphql');
const { VendurePlugin } = require('@vendure/core');
const { parse } = require('graphql');

const release = process.env.RELEASE ?? 'development';

/** Every answer says which release gave it. */
function nameRelease(request, response, next) {
    response.setHeader('X-Release', release);
    next();
}

class ReleaseResolver {
    shopRelease() {
        return release;
    }
}
Resolver()(ReleaseResolver);
Query()(
    ReleaseResolver.prototype,
    'shopRelease',
    Object.getOwnPropertyDescriptor(ReleaseResolver.prototype, 'shopRelease'),
);

/** `{ shopRelease }` in the shop API. */
class ReleasePlugin {}
VendurePlugin({
    compatibility: '^3.3.0',
    shopApiExtensions: {
        schema: parse('extend type Query { "The release of the server that answers" shopRelease: String! }'),
        resolvers: [ReleaseResolver],
    },
})(ReleasePlugin);

module.exports = { ReleasePlugin, nameRelease, release };
