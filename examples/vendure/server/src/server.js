const { bootstrap } = require('@vendure/core');
const { config } = require('./vendure-config');

bootstrap(config).then(
    app => {
        // Longer than any proxy keeps an idle connection: the proxy closes first, and no request meets a closing socket.
        app.getHttpServer().keepAliveTimeout = 75_000;
    },
    error => {
        console.error(error);
        process.exit(1);
    },
);
