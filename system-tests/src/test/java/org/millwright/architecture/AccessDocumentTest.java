package org.millwright.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millwright.access.Permission;
import org.millwright.access.Role;

/** The table of roles in docs/access.md says what the roles are. */
class AccessDocumentTest {
    @Test
    void the_table_of_built_in_roles_is_that_of_the_server() throws IOException {
        var lines = Files.readAllLines(Path.of("..", "docs", "access.md"));
        var head = "| permission | may | "
                + Role.BUILT_IN.stream().map(Role::name).collect(Collectors.joining(" | ")) + " |";
        assertThat(lines).contains(head);
        var first = lines.indexOf(head) + 2;

        assertThat(lines.subList(first, first + Permission.values().length)).isEqualTo(table());
        assertThat(lines.get(first + Permission.values().length)).isEmpty();
    }

    private static List<String> table() {
        var table = new ArrayList<String>();
        for (var permission : Permission.values()) {
            table.add(Stream.concat(
                            Stream.of("| `" + permission + "`", permission.inWords()),
                            Role.BUILT_IN.stream().map(role -> role.permits(permission) ? "✓" : ""))
                    .collect(Collectors.joining(" | ", "", " |")));
        }
        return table;
    }
}
