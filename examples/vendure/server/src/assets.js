const { createReadStream, createWriteStream } = require('node:fs');
const fs = require('node:fs/promises');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const express = require('express');

/** Assets in a directory on a volume that both colors mount: what one release stores, the other finds. */
class DiskAssetStorage {
    constructor(directory) {
        this.directory = directory;
    }

    async writeFileFromBuffer(fileName, data) {
        await fs.writeFile(await this.prepare(fileName), data);
        return fileName;
    }

    async writeFileFromStream(fileName, data) {
        await pipeline(data, createWriteStream(await this.prepare(fileName)));
        return fileName;
    }

    readFileToBuffer(identifier) {
        return fs.readFile(this.locate(identifier));
    }

    async readFileToStream(identifier) {
        return createReadStream(this.locate(identifier));
    }

    deleteFile(identifier) {
        return fs.rm(this.locate(identifier), { force: true });
    }

    fileExists(fileName) {
        return fs.access(this.locate(fileName)).then(() => true, () => false);
    }

    toAbsoluteUrl(request, identifier) {
        return `/assets/${identifier}`;
    }

    async prepare(fileName) {
        const file = this.locate(fileName);
        await fs.mkdir(path.dirname(file), { recursive: true });
        return file;
    }

    locate(fileName) {
        const file = path.resolve(this.directory, fileName);
        if (!file.startsWith(path.resolve(this.directory) + path.sep)) {
            throw new Error(`${fileName} is not inside the asset directory`);
        }
        return file;
    }
}

/** The asset is its own preview: no image library in the image. */
class SameAssetPreview {
    async generatePreviewImage(context, mimeType, data) {
        return data;
    }
}

/** Express middleware that answers with the stored files. */
function serveAssets(directory) {
    return express.static(directory, { immutable: true, maxAge: '1d', index: false });
}

module.exports = { DiskAssetStorage, SameAssetPreview, serveAssets };
