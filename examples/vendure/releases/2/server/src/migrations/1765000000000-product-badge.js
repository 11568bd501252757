/** Only adds: the release before this one goes on working with the table while both run, and after a rollback. */
class ProductBadge1765000000000 {
    async up(queryRunner) {
        await queryRunner.query('ALTER TABLE "product" ADD "customFieldsBadge" character varying(255)');
        await queryRunner.query(
            `UPDATE "product" SET "customFieldsBadge" = 'New' FROM "product_translation"
             WHERE "baseId" = "product"."id" AND "slug" IN ('pour-over-kettle', 'coffee-grinder')`,
        );
    }

    async down(queryRunner) {
        await queryRunner.query('ALTER TABLE "product" DROP COLUMN "customFieldsBadge"');
    }
}

module.exports = { ProductBadge1765000000000 };
