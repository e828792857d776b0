package org.millwright.monitoring.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.shared.RecordedEvent;

class AnnouncementTest {
    @ParameterizedTest(name = "{0}, prompt {1}: {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
            ModelCreated           | false | registered_model.created      | {name=churn, tags={team=risk}, description=text}
            ModelCreated           | true  | prompt.created                | {name=churn, tags={team=risk}, description=text}
            ModelDescribed         | false | registered_model.updated      | {name=churn, description=text}
            ModelTagSet            | false | registered_model_tag.set      | {name=churn, key=k, value=v}
            ModelTagSet            | true  | prompt_tag.set                | {name=churn, key=k, value=v}
            ModelTagDeleted        | false | registered_model_tag.deleted  | {name=churn, key=k}
            ModelTagDeleted        | true  | prompt_tag.deleted            | {name=churn, key=k}
            ModelRenamed           | false | registered_model.renamed      | {name=churn, new_name=attrition}
            ModelDeleted           | false | registered_model.deleted      | {name=churn}
            ModelAliasSet          | false | model_version_alias.created   | {name=churn, alias=champion, version=3}
            ModelAliasSet          | true  | prompt_alias.created          | {name=churn, alias=champion, version=3}
            ModelAliasDeleted      | false | model_version_alias.deleted   | {name=churn, alias=champion}
            ModelAliasDeleted      | true  | prompt_alias.deleted          | {name=churn, alias=champion}
            EndpointChanged        | false | endpoint.changed              | {name=scoring}
            EndpointDeleted        | false | endpoint.deleted              | {name=scoring}
            DeploymentCameUp       | false | deployment.succeeded          | {endpoint=scoring, deployment=blue, model=churn}
            DeploymentFailed       | false | deployment.failed             | {endpoint=scoring, deployment=blue, model=churn, reason=no memory}
            """)
    void what_happens_is_said_in_the_words_of_webhooks(String type, boolean prompt, String event, String data) {
        var announcement = Announcement.of(event(type, prompt, "churn"));
        assertThat(announcement.event().text()).isEqualTo(event);
        assertThat(announcement.data()).hasToString(data);
        assertThat(announcement.workspace().value()).isEqualTo("main");
    }

    @ParameterizedTest(name = "{0}, prompt {1}: {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
            ModelVersionRegistered | false | model_version.created         | {name=churn, version=3, source=runs:/r1/model, run_id=r1, tags={team=risk}, description=text}
            ModelVersionRegistered | true  | prompt_version.created        | {name=churn, version=3, template=null, tags={team=risk}, description=text}
            ModelVersionDescribed  | false | model_version.updated         | {name=churn, version=3, description=text}
            ModelVersionMoved      | false | model_version.stage_changed   | {name=churn, version=3, from_stage=Staging, to_stage=Production}
            ModelVersionTagSet     | false | model_version_tag.set         | {name=churn, version=3, key=k, value=v}
            ModelVersionTagSet     | true  | prompt_version_tag.set        | {name=churn, version=3, key=k, value=v}
            ModelVersionTagDeleted | false | model_version_tag.deleted     | {name=churn, version=3, key=k}
            ModelVersionTagDeleted | true  | prompt_version_tag.deleted    | {name=churn, version=3, key=k}
            ModelVersionPromoted   | false | model_version.promoted        | {name=churn, version=3, target=@champion, how=APPROVED, by=ada, previous_version=2}
            PromotionRequested     | false | promotion.requested           | {name=churn, version=3, target=@champion, request=q1, by=ada}
            PromotionDecided       | false | promotion.decided             | {name=churn, version=3, target=@champion, request=q1, by=ada, decision=REJECTED, open=false}
            ModelVersionDeleted    | false | model_version.deleted         | {name=churn, version=3}
            """)
    void what_happens_to_a_version_names_the_model_and_the_number(
            String type, boolean prompt, String event, String data) {
        var announcement = Announcement.of(event(type, prompt, "churn:3"));
        assertThat(announcement.event().text()).isEqualTo(event);
        assertThat(announcement.data()).hasToString(data);
    }

    @ParameterizedTest
    @CsvSource({"Completed, run.completed", "Failed, run.failed", "Canceled, run.canceled"})
    void a_run_that_ended_says_how(String state, String event) {
        var fields = fields(false, "churn:3");
        fields.putAll(
                Map.of("run", "r1", "name", "nightly", "experiment", "7", "state", state, "reason", "exit code 1"));
        var announcement = Announcement.of(new RecordedEvent(1, "RunEnded", "run/r1", NOON, fields));
        assertThat(announcement.event().text()).isEqualTo(event);
        assertThat(announcement.data())
                .containsEntry("run_id", "r1")
                .containsEntry("run_name", "nightly")
                .containsEntry("experiment_id", "7");
        assertThat(announcement.data().containsKey("reason")).isEqualTo(state.equals("Failed"));
    }

    @Test
    void a_version_without_a_run_or_a_description_says_null_as_mlflow_does() {
        var fields = fields(false, "churn:3");
        fields.remove("run");
        fields.put("description", "");
        assertThat(Announcement.of(new RecordedEvent(1, "ModelVersionRegistered", "model/main/churn", NOON, fields))
                        .data())
                .containsEntry("run_id", null)
                .containsEntry("description", null);
    }

    @Test
    void a_prompt_tells_its_text_and_not_the_tags_that_only_say_what_it_is() {
        var fields = fields(true, "greeting:1");
        fields.put(
                "tags",
                Map.of(
                        "mlflow.prompt.is_prompt", "true",
                        "mlflow.prompt.text", "Hello {{name}}!",
                        "_mlflow_prompt_type", "text",
                        "tone", "kind"));
        assertThat(Announcement.of(new RecordedEvent(1, "ModelVersionRegistered", "model/main/greeting", NOON, fields))
                        .data())
                .containsEntry("template", "Hello {{name}}!")
                .containsEntry("tags", Map.of("tone", "kind"))
                .doesNotContainKey("source");
    }

    @Test
    void the_payload_has_mlflows_order() {
        var payload = Announcement.of(event("ModelDeleted", false, "churn")).payload();
        assertThat(payload)
                .hasToString(
                        "{entity=registered_model, action=deleted, timestamp=2026-11-23T12:00:00.000000+00:00, workspace=main, data={name=churn}}");
    }

    @Test
    void other_events_are_not_told() {
        assertThat(Announcement.isOf("RunQueued")).isFalse();
        assertThat(Announcement.isOf("RunEnded")).isTrue();
        assertThatThrownBy(() -> Announcement.of(event("RunQueued", false, "churn")))
                .isInstanceOf(IllegalStateException.class);
    }

    private static RecordedEvent event(String type, boolean prompt, String model) {
        return new RecordedEvent(1, type, "model/main/churn", NOON, fields(prompt, model));
    }

    private static Map<String, Object> fields(boolean prompt, String model) {
        var fields = new HashMap<String, Object>();
        fields.putAll(Map.of(
                "workspace", "main",
                "model", model,
                "prompt", prompt,
                "description", "text",
                "key", "k",
                "value", "v",
                "alias", "champion",
                "version", 3));
        fields.putAll(Map.of(
                "newName", "attrition",
                "source", "runs:/r1/model",
                "run", "r1",
                "from", "Staging",
                "to", "Production",
                "endpoint", "scoring",
                "deployment", "blue",
                "reason", "no memory"));
        fields.putAll(Map.of(
                "target", "@champion",
                "how", "APPROVED",
                "by", "ada",
                "previous", 2,
                "request", "q1",
                "decision", "REJECTED",
                "open", false));
        fields.put("tags", new LinkedHashMap<>(Map.of("team", "risk")));
        return fields;
    }
}
