package org.millwright.wire.rest;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.app.AuditSearch;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditQuery;
import org.millwright.shared.Refused;

/** Writes entries of the audit trail as they are read, in the order of the chain, so that any number of them can go out. */
final class AuditExport {
    private static final List<String> COLUMNS = List.of(
            "sequence",
            "at",
            "action",
            "outcome",
            "reason",
            "occurrences",
            "principal",
            "principal_name",
            "credential",
            "credential_kind",
            "run",
            "address",
            "client",
            "request",
            "operation",
            "permission",
            "workspace",
            "kind",
            "resource",
            "part",
            "before",
            "after",
            "hash");

    private AuditExport() {}

    private interface Form {
        void write(AuditEvent event, Writer writer) throws IOException;
    }

    /** @param format {@code jsonl}, whose lines can be checked by their hashes, or {@code csv} for a spreadsheet */
    static Response of(AuditSearch search, AuditQuery query, @Nullable String format) {
        return switch (format) {
            case "jsonl" ->
                answer(search, query, "application/jsonl", "", (event, writer) -> writer.write(event.line() + "\n"));
            case "csv" ->
                answer(
                        search,
                        query,
                        "text/csv;charset=UTF-8",
                        String.join(",", COLUMNS) + "\r\n",
                        AuditExport::writeRow);
            case null, default -> throw Refused.invalid("format", "jsonl or csv");
        };
    }

    private static Response answer(AuditSearch search, AuditQuery query, String type, String header, Form form) {
        StreamingOutput body = output -> {
            var writer = new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
            writer.write(header);
            var after = 0L;
            for (var piece = search.piece(query, after); !piece.isEmpty(); piece = search.piece(query, after)) {
                for (var event : piece) {
                    form.write(event, writer);
                }
                after = piece.getLast().sequence();
            }
            writer.flush();
        };
        return Response.ok(body)
                .type(type)
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"audit." + (type.contains("csv") ? "csv" : "jsonl") + "\"")
                .build();
    }

    private static void writeRow(AuditEvent event, Writer writer) throws IOException {
        var cells = new @Nullable Object[] {
            event.sequence(),
            event.at(),
            event.action(),
            event.outcome(),
            event.reason(),
            event.occurrences(),
            event.principal(),
            event.principalName(),
            event.credential(),
            event.credentialKind(),
            event.run(),
            event.address(),
            event.client(),
            event.request(),
            event.operation(),
            event.permission(),
            event.workspace(),
            event.kind(),
            event.resource(),
            event.part(),
            event.before(),
            event.after(),
            event.hash()
        };
        for (var i = 0; i < cells.length; i++) {
            writer.write(i == 0 ? "" : ",");
            writer.write(cell(cells[i]));
        }
        writer.write("\r\n");
    }

    /** RFC 4180. A spreadsheet takes what begins like a formula for one, and strangers choose some of the texts. */
    static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        var text = value.toString();
        if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + text.replace("\"", "\"\"") + '"'
                : text;
    }
}
