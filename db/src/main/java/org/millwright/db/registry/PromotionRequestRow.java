package org.millwright.db.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Guarded;
import org.millwright.db.Json;
import org.millwright.db.JsonConverter;
import org.millwright.db.JsonText;
import org.millwright.db.Versioned;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.PromotionRequest.State;
import org.millwright.registry.model.Target;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@Table(name = "promotion_request", schema = "registry")
class PromotionRequestRow implements Versioned, Guarded {
    @Id
    @Column(name = "id")
    private UUID id;

    @Column(name = "workspace")
    private String workspace;

    @Column(name = "model")
    private String model;

    @Column(name = "version")
    private int version;

    @Column(name = "target")
    private String target;

    @Column(name = "requester")
    private String requester;

    @Column(name = "author")
    private @Nullable String author;

    @Column(name = "comment")
    private String comment;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "votes")
    @Convert(converter = JsonConverter.class)
    private JsonText votes;

    @Column(name = "state")
    private String state;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected PromotionRequestRow() {}

    PromotionRequestRow(PromotionRequest request) {
        id = request.id().value();
        workspace = request.workspace().value();
        model = request.version().name().value();
        version = request.version().version();
        target = request.target().label();
        requester = request.requester().value();
        author = request.author() == null ? null : request.author().value();
        comment = request.comment();
        createdAt = request.createdAt();
        write(request);
    }

    /** A vote as it is kept. */
    record VoteDocument(String by, boolean approved, String comment, String at) {}

    /** What was asked for, and by whom, never changes. */
    final void write(PromotionRequest request) {
        votes = Json.write(request.votes().stream()
                .map(vote -> new VoteDocument(
                        vote.by().value(),
                        vote.approved(),
                        vote.comment(),
                        vote.at().toString()))
                .toList());
        state = request.state().label();
        endedAt = switch (request.state()) {
            case State.Open() -> null;
            case State.Promoted(var at) -> at;
            case State.Rejected(var at) -> at;
            case State.Withdrawn(var at) -> at;
        };
    }

    PromotionRequest toRequest() {
        return new PromotionRequest(
                new PromotionRequestId(id),
                new WorkspaceName(workspace),
                new ModelRef(new ModelName(model), version),
                Target.parse(target),
                new PrincipalId(requester),
                author == null ? null : new PrincipalId(author),
                comment,
                createdAt,
                readVotes(),
                readState(),
                new Revision(revision));
    }

    private List<PromotionRequest.Vote> readVotes() {
        return Arrays.stream(Json.read(votes, VoteDocument[].class))
                .map(vote -> new PromotionRequest.Vote(
                        new PrincipalId(vote.by()), vote.approved(), vote.comment(), Instant.parse(vote.at())))
                .toList();
    }

    private State readState() {
        var at = endedAt;
        if (at == null) {
            return new State.Open();
        }
        return switch (state) {
            case "Promoted" -> new State.Promoted(at);
            case "Rejected" -> new State.Rejected(at);
            case "Withdrawn" -> new State.Withdrawn(at);
            default -> throw new IllegalStateException("Request %s is in no known state: %s".formatted(id, state));
        };
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.MODEL, new WorkspaceName(workspace), model);
    }

    @Override
    public long revision() {
        return revision;
    }
}
