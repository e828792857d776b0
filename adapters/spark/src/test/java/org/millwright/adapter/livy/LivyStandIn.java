package org.millwright.adapter.livy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.millwright.adapter.spark.Launchers;
import org.millwright.adapter.spark.ServiceStandIn;

/** Answers as Livy 0.7.1 was seen to, with all its ways; its batches are run by plain Python. */
public final class LivyStandIn extends ServiceStandIn {
    private final Launchers launchers;
    private final Map<Integer, String> names = new ConcurrentHashMap<>();

    public LivyStandIn(Launchers launchers) throws IOException {
        this.launchers = launchers;
    }

    /** As Livy does after a while, and after a restart without a store of its sessions. */
    void forget(int id) {
        launchers.kill(id);
        names.remove(id);
    }

    @Override
    protected synchronized Answer answer(Asked request) throws Exception {
        var path = request.path().split("/");
        if (!request.path().startsWith("/batches")) {
            return new Answer(404, "<html>Not Found</html>");
        }
        if (path.length == 2) {
            return request.method().equals("POST") ? create(request) : list(request);
        }
        var id = Integer.parseInt(path[2]);
        if (!names.containsKey(id)) {
            return json(404, Map.of("msg", "Session '%d' not found.".formatted(id)));
        }
        if (request.method().equals("DELETE")) {
            launchers.kill(id);
            names.remove(id);
            return json(200, Map.of("msg", "deleted"));
        }
        if (path.length == 4 && path[3].equals("log")) {
            var log = log(id);
            return json(200, Map.of("id", id, "from", 0, "total", log.size(), "log", log));
        }
        return json(200, batch(id));
    }

    private Answer create(Asked request) throws Exception {
        var name = request.body().path("name").asText();
        if (names.containsValue(name)) {
            return json(
                    400,
                    Map.of(
                            "msg",
                            "Duplicate session name: Some(%s) for session %d".formatted(name, launchers.count() + 1)));
        }
        if (request.body().path("file").asText().startsWith("file:")) {
            names.put(-1 - names.size(), name); // it stays, and bars the name
            return json(400, Map.of("msg", "requirement failed: Local path x.py cannot be added to user sessions."));
        }
        var variables = new LinkedHashMap<String, String>();
        variables.put("PYTHONPATH", launchers.stub());
        request.body()
                .path("conf")
                .properties()
                .forEach(each -> variables.put(each.getKey(), each.getValue().asText()));
        var id = launchers.start(request.body().path("file").asText(), List.of(), variables);
        names.put(id, name);
        return json(201, batch(id));
    }

    private Answer list(Asked request) throws IOException {
        var sessions = new ArrayList<>();
        for (var id : names.keySet()) {
            sessions.add(batch(id));
        }
        return json(200, Map.of("from", 0, "total", sessions.size(), "sessions", sessions));
    }

    private Map<String, Object> batch(int id) throws IOException {
        var batch = new LinkedHashMap<String, Object>();
        batch.put("id", id);
        batch.put("name", names.get(id));
        batch.put("state", state(id));
        batch.put("log", log(id));
        return batch;
    }

    private String state(int id) {
        if (id < 0) {
            return "starting";
        }
        var code = launchers.exitCode(id);
        return code == null ? "running" : launchers.isKilled(id) ? "killed" : code == 0 ? "success" : "dead";
    }

    private List<String> log(int id) throws IOException {
        var lines = new ArrayList<>(List.of("stdout: "));
        lines.addAll(launchers.lines(id));
        lines.add("\nstderr: ");
        return lines;
    }
}
