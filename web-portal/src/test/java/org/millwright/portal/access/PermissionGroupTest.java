package org.millwright.portal.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millwright.access.Permission;
import org.millwright.access.Role;

class PermissionGroupTest {

    @Test
    void every_permission_can_be_ticked_once() {
        assertThat(PermissionGroup.of(Set.of()))
                .flatExtracting(PermissionGroup::items)
                .extracting(PermissionGroup.Item::name)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Permission.values()).map(Enum::name).toList());
    }

    @Test
    void what_a_role_permits_is_ticked() {
        assertThat(PermissionGroup.of(Role.COMPUTE_OPERATOR.permissions()))
                .flatExtracting(PermissionGroup::permitted)
                .extracting(PermissionGroup.Item::words)
                .containsExactlyInAnyOrder(
                        "read the workspace",
                        "read compute targets",
                        "change compute targets",
                        "manage one's own tokens");
    }
}
