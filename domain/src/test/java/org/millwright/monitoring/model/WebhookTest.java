package org.millwright.monitoring.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.monitoring.fake.WebhookSamples.active;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

class WebhookTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "CI", "ci-2.prod_eu", "9"})
    void a_name_is_letters_digits_and_a_few_signs_between(String name) {
        assertThat(active(name, WebhookEvent.RUN_FAILED).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "a b", "ä", "a/b", "a\n"})
    void any_other_name_is_refused(String name) {
        assertRefused(Problem.Invalid.class, () -> active(name, WebhookEvent.RUN_FAILED));
        assertRefused(Problem.Invalid.class, () -> active("x".repeat(64), WebhookEvent.RUN_FAILED));
    }

    @Test
    void it_wants_something_and_each_event_once() {
        assertRefused(Problem.Invalid.class, () -> active("ci"));
        assertThat(active("ci", WebhookEvent.RUN_FAILED, WebhookEvent.MODEL_VERSION_CREATED, WebhookEvent.RUN_FAILED)
                        .events())
                .containsExactly(WebhookEvent.MODEL_VERSION_CREATED, WebhookEvent.RUN_FAILED);
    }

    @Test
    void a_change_leaves_alone_what_it_does_not_name() {
        var webhook = active("ci", WebhookEvent.RUN_FAILED).withSecret("sealed");
        assertThat(webhook.revise(null, null, null, null, null, NOON)).isEqualTo(webhook);
        var later = NOON.plusSeconds(1);
        var changed = webhook.revise(
                "build", "new", "https://b.example.com", List.of(WebhookEvent.RUN_COMPLETED), false, later);
        assertThat(changed.name()).isEqualTo("build");
        assertThat(changed.url()).isEqualTo("https://b.example.com");
        assertThat(changed.active()).isFalse();
        assertThat(changed.updatedAt()).isEqualTo(later);
        assertThat(changed.sealedSecret()).isEqualTo("sealed");
        assertThat(changed.withSecret(null).isSigned()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(WebhookEvent.class)
    void every_event_is_read_as_it_is_written_and_has_an_example(WebhookEvent event) {
        assertThat(WebhookEvent.parse(event.text())).isEqualTo(event);
        assertThat(Examples.of(event, WorkspaceName.MAIN, NOON).payload())
                .containsEntry("entity", event.entity())
                .containsEntry("action", event.action())
                .containsEntry("timestamp", "2026-11-23T12:00:00.000000+00:00");
    }

    @Test
    void an_event_that_is_none_is_refused_with_those_there_are() {
        assertRefused(Problem.Invalid.class, () -> WebhookEvent.parse("run.started"));
        assertThat(Arrays.stream(WebhookEvent.values()).map(WebhookEvent::text)).doesNotHaveDuplicates();
    }

    @Test
    void only_a_success_is_taken_and_everything_else_says_why() {
        assertThat(new Answer.Answered(204, "", null).isTaken()).isTrue();
        assertThat(new Answer.Answered(204, "", null).problem()).isEmpty();
        assertThat(new Answer.Answered(301, "", null).problem()).contains("redirects are not followed");
        assertThat(new Answer.Answered(410, "", Duration.ZERO).problem()).isEqualTo("The receiver answered 410");
        assertThat(new Answer.Unreached("no route").problem()).isEqualTo("no route");
    }
}
