package org.millwright.access.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.Confinement;
import org.millwright.access.Permission;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

class TokenScopeTest {
    @Test
    void no_words_confine_nothing() {
        assertThat(TokenScope.of(List.of())).isEqualTo(Confinement.NONE);
        assertThat(TokenScope.words(Confinement.NONE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "https://localhost:8443/.default"})
    void all_may_be_said(String word) {
        assertThat(TokenScope.of(List.of(word))).isEqualTo(Confinement.NONE);
    }

    @ParameterizedTest
    @CsvSource({"MODEL_READ", "model_read", "model-read"})
    void a_permission_is_said_by_its_name(String word) {
        assertThat(TokenScope.of(List.of(word)).permissions()).containsExactly(Permission.MODEL_READ);
    }

    @ParameterizedTest
    @EnumSource
    void presets_come_back_as_the_words_they_were(TokenScope.Preset preset) {
        var words = List.of(preset.word(), "workspace:main");
        var confinement = TokenScope.of(words);
        assertThat(confinement.permissions()).isEqualTo(preset.permissions());
        assertThat(confinement.workspace()).isEqualTo(WorkspaceName.MAIN);
        assertThat(TokenScope.words(confinement)).isEqualTo(words);
    }

    @ParameterizedTest
    @EnumSource
    void no_preset_lets_a_token_make_others_or_give_roles(TokenScope.Preset preset) {
        assertThat(preset.permissions())
                .doesNotContain(Permission.OWN_CREDENTIALS, Permission.ACCESS_MANAGE, Permission.SECRET_USE);
    }

    @Test
    void presets_and_permissions_add_up() {
        var confinement = TokenScope.of(List.of("read-only", "JOB_SUBMIT"));
        assertThat(confinement.permissions()).contains(Permission.MODEL_READ, Permission.JOB_SUBMIT);
        assertThat(TokenScope.words(confinement)).contains("JOB_SUBMIT", "MODEL_READ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"everything", "", "MODEL READ", "workspace:", "workspace:No Name"})
    void a_word_that_means_nothing_is_named(String word) {
        assertRefused(Problem.Invalid.class, () -> TokenScope.of(List.of(word)));
    }

    @Test
    void a_token_is_for_one_workspace_or_for_all() {
        assertRefused(Problem.Invalid.class, () -> TokenScope.of(List.of("workspace:main", "workspace:other")));
    }
}
