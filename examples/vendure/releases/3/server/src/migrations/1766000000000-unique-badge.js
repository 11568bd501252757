/** The mistake of this release: two products carry the same badge, so PostgreSQL refuses the constraint. */
class UniqueBadge1766000000000 {
    async up(queryRunner) {
        await queryRunner.query('ALTER TABLE "product" ADD CONSTRAINT "UQ_product_badge" UNIQUE ("customFieldsBadge")');
    }

    async down(queryRunner) {
        await queryRunner.query('ALTER TABLE "product" DROP CONSTRAINT "UQ_product_badge"');
    }
}

module.exports = { UniqueBadge1766000000000 };
