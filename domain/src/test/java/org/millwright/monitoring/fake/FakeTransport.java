package org.millwright.monitoring.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.spi.WebhookTransport;
import org.millwright.shared.Refused;

/** Takes what is posted, and answers as it was told to; 200 when it was told nothing. Only https is let out. */
public final class FakeTransport implements WebhookTransport {
    /** What was posted once. */
    public record Posted(String url, Map<String, String> headers, String body) {}

    private final List<Posted> posted = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();

    public void answers(Answer... next) {
        answers.addAll(List.of(next));
    }

    public List<Posted> posted() {
        return posted;
    }

    @Override
    public void check(String url) {
        if (!url.startsWith("https://")) {
            throw Refused.invalid("url", "https only");
        }
    }

    @Override
    public Answer post(String url, Map<String, String> headers, String body) {
        posted.add(new Posted(url, headers, body));
        return answers.isEmpty() ? new Answer.Answered(200, "", null) : answers.removeFirst();
    }

    @Override
    public String json(Map<String, Object> fields) {
        return fields.toString();
    }
}
