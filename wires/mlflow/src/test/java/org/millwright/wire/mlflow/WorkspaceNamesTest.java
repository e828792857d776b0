package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

class WorkspaceNamesTest {

    @Test
    void the_first_workspace_goes_by_mlflows_word_and_by_ours() {
        assertThat(WorkspaceNames.parse("default")).isEqualTo(WorkspaceName.MAIN);
        assertThat(WorkspaceNames.parse("main")).isEqualTo(WorkspaceName.MAIN);
        assertThat(WorkspaceNames.of(WorkspaceName.MAIN)).isEqualTo("default");
    }

    @Test
    void the_others_have_one_name() {
        var team = new WorkspaceName("team-a");
        assertThat(WorkspaceNames.parse("team-a")).isEqualTo(team);
        assertThat(WorkspaceNames.of(team)).isEqualTo("team-a");
        assertThatThrownBy(() -> WorkspaceNames.parse("../main")).isInstanceOf(Refused.class);
    }
}
