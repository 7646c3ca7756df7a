package io.opsdeck.core.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * The roles that the pools take: {@code opsdeck_app} is bound by row-level security, {@code opsdeck_system} sees every
 * workspace, {@code opsdeck_intake} writes events. None of them owns anything or can log in.
 */
final class DatabaseRoles {

    private static final List<String> ROLES = List.of("opsdeck_app", "opsdeck_system", "opsdeck_intake");

    private static final int LEAST_VERSION = 160_000;

    private DatabaseRoles() {}

    /** Creates what is missing; where the login may not, the message holds the statements to run by hand. */
    static void prepare(DatabaseAddress address) {
        try (var connection = DriverManager.getConnection(address.url(), address.user(), address.password())) {
            checkVersion(connection);
            checkLogin(connection);
            for (String role : ROLES) {
                prepare(connection, role);
            }
        } catch (SQLException e) {
            throw new DatabaseUnusableException("The database at " + address + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static void checkVersion(Connection connection) throws SQLException {
        int version = Integer.parseInt(query(connection, "show server_version_num"));
        if (version < LEAST_VERSION) {
            throw new DatabaseUnusableException("PostgreSQL 16 or newer is needed, this server is " + version / 10_000);
        }
    }

    private static void checkLogin(Connection connection) throws SQLException {
        String privileged =
                query(connection, "select (rolsuper or rolbypassrls)::text from pg_roles where rolname = current_user");
        if (Boolean.parseBoolean(privileged)) {
            throw new DatabaseUnusableException("The database login is a superuser or bypasses row-level security."
                    + " Give Opsdeck a login of its own that owns its database and may create roles.");
        }
    }

    private static void prepare(Connection connection, String role) throws SQLException {
        String name = query(connection, "select quote_ident(current_user)");
        try (var statement = connection.createStatement()) {
            statement.execute("do $$ begin if not exists (select from pg_roles where rolname = '" + role
                    + "') then create role " + role + " nologin; end if; exception when duplicate_object then null;"
                    + " when unique_violation then null; end $$");
            if (!Boolean.parseBoolean(query(connection, "select pg_has_role('" + role + "', 'SET')::text"))) {
                statement.execute("grant " + role + " to " + name + " with inherit false, set true");
            }
        } catch (SQLException e) {
            throw new DatabaseUnusableException(
                    "The database login may not create the roles Opsdeck needs. Run as an administrator: "
                            + "create role " + role + " nologin; grant " + role + " to " + name
                            + " with inherit false, set true;",
                    e);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
