package org.millwright.db.compute;

import java.util.List;
import org.millwright.compute.model.Quota;
import org.millwright.db.Database;

/** The quotas of a compute target. */
final class Quotas {
    private Quotas() {}

    static List<Quota> of(Database database, String workspace, String compute) {
        return database.query(
                """
                SELECT holder, subject, nominal, borrow FROM compute.quota
                WHERE workspace = ? AND compute = ? ORDER BY holder, subject
                """,
                row -> new Quota(
                        Quota.Holder.valueOf(row.getString("holder")),
                        row.getString("subject"),
                        row.getInt("nominal"),
                        row.getObject("borrow", Integer.class)),
                workspace,
                compute);
    }
}
