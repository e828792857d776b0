package org.millwright.wire.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.compute.ComputeName;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Refused;

/** What clients send and get, as text. */
class BodiesTest {
    private static final String SNAPSHOT = "ab".repeat(32);

    @Test
    void a_job_needs_only_a_command() throws JsonProcessingException {
        var job = read(JobBody.Submission.class, "{'command':'true'}").toSpec();
        assertThat(job.compute()).isEqualTo(ComputeName.LOCAL);
        assertThat(job.priority()).isEqualTo(JobSpec.USUAL_PRIORITY);
        assertThat(job.timeLimit()).isNull();
        assertThat(job.environment().packages()).isEmpty();
    }

    @Test
    void a_whole_job_is_read() throws JsonProcessingException {
        var job = read(JobBody.Submission.class, """
                        {'command':'train ${{inputs.rate}} ${{inputs.data}} ${{outputs.model}}', 'code':'%s',
                         'environment':{'python':'3.11','packages':['scikit-learn==1.7.2']},
                         'inputs':{'rate':{'value':'0.1'}, 'data':{'snapshot':'%s','file':'x.csv'}},
                         'outputs':['model'], 'timeout_seconds':60, 'priority':700,
                         'environment_variables':{'A':'1'}, 'compute':'local'}
                        """.formatted(SNAPSHOT, SNAPSHOT))
                .toSpec();
        assertThat(job.resolvedCommand()).isEqualTo("train 0.1 inputs/data/x.csv outputs/model");
        assertThat(job.inputs().get("rate")).isEqualTo(new JobInput.Literal("0.1"));
        assertThat(job.timeLimit()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void what_was_submitted_comes_back_as_it_was() throws JsonProcessingException {
        var json = "{'command':'true','inputs':{'a':{'value':'1'}},'outputs':['o'],'compute':'local','priority':3,"
                + "'resources':{'instance_count':2,'cpus':0.5,'memory_bytes':1073741824,'gpus':1},"
                + "'distribution':{'type':'pytorch','process_count_per_instance':2},"
                + "'retry_settings':{'max_retries':2,'on':['out_of_memory','exit:75'],'wait_seconds':5},"
                + "'queue_settings':{'job_tier':'spot'}}";
        var job = read(JobBody.Submission.class, json).toSpec();
        assertThat(JobBody.submission(job, "experiment").toSpec()).isEqualTo(job);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                          | command
            {'command':' '}                                             | command
            {'command':'x','code':'short'}                              | digest
            {'command':'x','timeout_seconds':0}                         | timeout_seconds
            {'command':'x','priority':0}                                | priority
            {'command':'x','type':'sweep'}                              | type
            {'command':'x','resources':{'instance_count':0}}            | resources.instance_count
            {'command':'x','distribution':{'type':'horovod'}}           | distribution.type
            {'command':'x','retry_settings':{'on':['bad luck']}}        | retry_settings.on
            {'command':'x','queue_settings':{'job_tier':'gold'}}        | queue_settings.job_tier
            {'command':'x','inputs':{'a':{}}}                           | inputs.a
            {'command':'x','inputs':{'a':{'value':'1','file':'f'}}}     | inputs.a
            {'command':'x ${{inputs.b}}'}                               | command
            {'command':'x','compute':'no'}                              | compute
            {'command':'x','environment':{'packages':['--index-url x']}}| environment
            """)
    void a_wrong_job_is_refused_with_its_field(String json, String field) {
        assertThatThrownBy(() -> read(JobBody.Submission.class, json).toSpec())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().toString()).contains("field=" + field));
    }

    @Test
    void an_unknown_key_is_an_error_and_not_a_silence() {
        assertThatThrownBy(() -> read(JobBody.Submission.class, "{'comand':'x'}"))
                .isInstanceOf(UnrecognizedPropertyException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'command':5}                                | wanted is a text
            {'command':true}                             | wanted is a text
            {'command':'x','priority':'5'}               | wanted is a whole number
            {'command':'x','priority':1.5}               | wanted is a whole number
            {'command':'x','outputs':[null]}             | null is no part of a list
            {'command':'x','tags':{'a':null}}            | null is no part of a list
            {'command':'x','outputs':'model'}            | wanted is a list
            {'command':'x','environment':'conda'}        | wanted is an object
            {'command':'x'} {'command':'y'}              | the body goes on behind its end
            """)
    void a_value_of_another_type_is_refused_in_words_of_json(String json, String words) {
        assertThatThrownBy(() -> read(JobBody.Submission.class, json))
                .isInstanceOfSatisfying(JsonProcessingException.class, unreadable -> assertThat(detail(unreadable))
                        .contains(words)
                        .doesNotContain("java"));
    }

    @ParameterizedTest
    @CsvSource({"'\"soon\"'", "1769860800", "'\"\"'", "'\"+10000-01-01T00:00:00Z\"'", "'\"2026-01-31T08:00:00\"'"})
    void what_is_no_time_is_refused(String json) {
        assertThatThrownBy(() -> RestJson.MAPPER.readValue(json, Instant.class))
                .isInstanceOfSatisfying(JsonProcessingException.class, unreadable -> assertThat(detail(unreadable))
                        .contains("a time such as 2026-01-31T08:00:00Z"));
    }

    private static String detail(JsonProcessingException unreadable) {
        return UnreadableJsonMapper.body(unreadable).detail();
    }

    @Test
    void a_time_without_an_offset_is_in_the_triggers_zone() throws JsonProcessingException {
        var trigger = read(
                        TriggerBody.class,
                        "{'type':'cron','expression':'0 9 * * 1','time_zone':'Europe/Berlin',"
                                + "'start_time':'2026-07-01T08:00:00'}")
                .toTrigger();
        assertThat(trigger)
                .isEqualTo(new Trigger.Cron(
                        "0 9 * * 1", ZoneId.of("Europe/Berlin"), Instant.parse("2026-07-01T06:00:00Z"), null));
    }

    @Test
    void a_recurrence_is_read_and_written_in_azures_words() throws JsonProcessingException {
        var trigger = read(
                        TriggerBody.class,
                        "{'type':'recurrence','frequency':'week','interval':2,"
                                + "'schedule':{'hours':[9],'minutes':[30],'week_days':['monday','friday']}}")
                .toTrigger();
        assertThat(trigger)
                .isEqualTo(new Trigger.Recurrence(
                        Trigger.Frequency.WEEK,
                        2,
                        List.of(9),
                        List.of(30),
                        List.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                        List.of(),
                        ZoneId.of("UTC"),
                        null,
                        null));
        assertThat(TriggerBody.of(trigger).toTrigger()).isEqualTo(trigger);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                     | trigger.type
            {'type':'sometimes'}                                                   | trigger.type
            {'type':'cron','expression':'* * *'}                                   | trigger.expression
            {'type':'cron','expression':'* * * * *','time_zone':'Mars'}            | trigger.time_zone
            {'type':'cron','expression':'* * * * *','start_time':'soon'}           | trigger.start_time
            {'type':'recurrence','frequency':'fortnight'}                          | trigger.frequency
            {'type':'recurrence','frequency':'hour','schedule':{'minutes':[5]}}    | trigger.schedule.minutes
            {'type':'recurrence','frequency':'day','schedule':{'month_days':[5]}}  | trigger.schedule.month_days
            {'type':'recurrence','frequency':'month','schedule':{'month_days':[0]}} | trigger.schedule.month_days
            {'type':'recurrence','frequency':'day','interval':0}                   | trigger.interval
            {'type':'recurrence','frequency':'day','schedule':{'hours':[24]}}      | trigger.schedule.hours
            """)
    void a_wrong_trigger_is_refused_with_its_field(String json, String field) {
        assertThatThrownBy(() -> read(TriggerBody.class, json).toTrigger())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().toString()).contains("field=" + field));
    }

    private static <T> T read(Class<T> type, String json) throws JsonProcessingException {
        return RestJson.MAPPER.readValue(json.replace('\'', '"'), type);
    }
}
