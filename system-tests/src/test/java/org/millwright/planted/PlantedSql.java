package org.millwright.planted;

import java.sql.Connection;

/** Nobody but the database module knows connections. */
class PlantedSql {
    Connection connection;
}
