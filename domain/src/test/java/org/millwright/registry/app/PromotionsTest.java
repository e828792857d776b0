package org.millwright.registry.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.fake.InMemoryWorld;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.ModelVersionPromoted;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.app.ModelRegistry.Registration;
import org.millwright.registry.app.Promotions.Outcome;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.PromotionRequest.State;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class PromotionsTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");
    private static final Target PRODUCTION = new Target.OfStage(Stage.PRODUCTION);
    private static final Target CHAMPION = new Target.OfAlias("champion");
    private static final PrincipalId AUTHOR = new PrincipalId("ada");
    private static final PrincipalId ASKER = new PrincipalId("ben");
    private static final PrincipalId CLEO = new PrincipalId("cleo");
    private static final PrincipalId DAN = new PrincipalId("dan");

    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final ModelPlaces places = new ModelPlaces(world.models(), world.promotions(), clock);
    private final Promotions promotions = new Promotions(places, world.promotions(), new Ids(), clock);
    private final ModelRegistry registry = new ModelRegistry(
            world.models(),
            new ModelSources(
                    new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock),
                    world.loggedModels(),
                    world.models()),
            world.modelBin(),
            places,
            clock);

    @BeforeEach
    void there_are_three_versions() {
        registry.create(MAIN, CHURN, "", Map.of());
        for (var number = 1; number <= 3; number++) {
            registry.register(
                    MAIN, new Registration(CHURN, "s3://elsewhere/m", null, null, "", "Ada", AUTHOR, "", Map.of()));
        }
    }

    @Test
    void a_promoted_version_replaces_the_one_before() {
        promote(1, PRODUCTION);
        promote(1, CHAMPION);
        var outcome = promote(2, PRODUCTION);
        promote(2, CHAMPION);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Promoted.class, promoted -> assertThat(
                        promoted.promotion().previous())
                .isEqualTo(1));
        assertThat(stages()).containsExactly(Stage.NONE, Stage.PRODUCTION, Stage.ARCHIVED);
        assertThat(registry.get(MAIN, CHURN).aliases()).isEqualTo(Map.of("champion", 2));
        assertThat(world.promotions().events())
                .extracting(
                        event -> ((ModelVersionPromoted) event).model() + " " + ((ModelVersionPromoted) event).target())
                .containsExactly("churn:1 Production", "churn:1 @champion", "churn:2 Production", "churn:2 @champion");
    }

    @Test
    void promoting_the_holder_again_changes_nothing() {
        promote(1, PRODUCTION);
        assertThat(promote(1, PRODUCTION)).isInstanceOf(Outcome.Unchanged.class);
        assertThat(promotions.history(MAIN, CHURN, PRODUCTION)).hasSize(1);
    }

    @Test
    void holders_that_a_client_left_side_by_side_make_room_for_one() {
        move(1, Stage.PRODUCTION, false);
        move(2, Stage.PRODUCTION, false);
        promote(2, PRODUCTION);
        assertThat(stages()).containsExactly(Stage.NONE, Stage.PRODUCTION, Stage.ARCHIVED);
    }

    @Test
    void a_roll_back_brings_the_holder_before_back_and_the_next_goes_further() {
        promote(1, PRODUCTION);
        promote(2, PRODUCTION);
        promote(3, PRODUCTION);
        assertThat(rollBack(PRODUCTION, caller(ASKER, Role.CONTRIBUTOR)).version())
                .isEqualTo(2);
        assertThat(rollBack(PRODUCTION, caller(ASKER, Role.CONTRIBUTOR)).version())
                .isEqualTo(1);
        assertRefused(Problem.WrongState.class, () -> rollBack(PRODUCTION, caller(ASKER, Role.CONTRIBUTOR)));
        assertThat(stages()).containsExactly(Stage.ARCHIVED, Stage.ARCHIVED, Stage.PRODUCTION);
        assertThat(promotions.history(MAIN, CHURN, PRODUCTION))
                .extracting(Promotion::how)
                .startsWith(Promotion.How.ROLLED_BACK, Promotion.How.ROLLED_BACK, Promotion.How.PROMOTED);
    }

    @Test
    void a_place_that_was_given_up_is_rolled_back_to_who_gave_it_up() {
        promote(1, CHAMPION);
        registry.unalias(MAIN, CHURN, "champion", ASKER);
        assertThat(rollBack(CHAMPION, caller(ASKER, Role.CONTRIBUTOR)).version())
                .isEqualTo(1);
    }

    @Test
    void a_guarded_place_changes_hands_with_the_last_approval_that_is_needed() {
        guard(2);
        var request = ask(1);
        assertThat(stages()).containsOnly(Stage.NONE);
        assertThat(promotions.approve(MAIN, request, CLEO, "fine").request().state())
                .isEqualTo(new State.Open());
        assertThat(promotions.approve(MAIN, request, CLEO, "again").request().votes())
                .hasSize(1);
        assertThat(promotions.approve(MAIN, request, DAN, "good").request().state())
                .isInstanceOf(State.Promoted.class);
        assertThat(stages()).containsExactly(Stage.NONE, Stage.NONE, Stage.PRODUCTION);
        var line = promotions.history(MAIN, CHURN, PRODUCTION).getFirst();
        assertThat(line.how()).isEqualTo(Promotion.How.APPROVED);
        assertThat(line.request()).isEqualTo(request);
        assertRefused(Problem.WrongState.class, () -> promotions.approve(MAIN, request, CLEO, ""));
    }

    @Test
    void asking_again_finds_the_request_that_waits() {
        guard(1);
        assertThat(ask(1)).isEqualTo(ask(1));
    }

    @Test
    void neither_who_asks_nor_the_author_nor_a_stranger_to_the_policy_counts() {
        guard(1, CLEO);
        var request = ask(1);
        assertThat(refusal(request, ASKER)).contains("who asks");
        assertThat(refusal(request, AUTHOR)).contains("author");
        assertThat(refusal(request, DAN)).contains("others");
        assertThat(stages()).containsOnly(Stage.NONE);
    }

    @Test
    void one_who_says_no_ends_it() {
        guard(2);
        var request = ask(1);
        promotions.approve(MAIN, request, CLEO, "");
        promotions.reject(MAIN, request, DAN, "the recall fell");
        assertRefused(Problem.WrongState.class, () -> promotions.approve(MAIN, request, CLEO, ""));
        assertThat(stages()).containsOnly(Stage.NONE);
        assertThat(ask(1)).isNotEqualTo(request);
    }

    @Test
    void who_asked_may_take_it_back_and_nobody_else() {
        guard(1);
        var request = ask(1);
        assertRefused(Problem.Forbidden.class, () -> promotions.withdraw(MAIN, request, CLEO));
        assertThat(promotions.withdraw(MAIN, request, ASKER).request().state()).isInstanceOf(State.Withdrawn.class);
    }

    @Test
    void a_policy_that_was_made_stricter_holds_at_once() {
        guard(2);
        var request = ask(1);
        promotions.approve(MAIN, request, CLEO, "");
        guard(2, DAN, new PrincipalId("eve"));
        assertThat(promotions.approve(MAIN, request, DAN, "").request().state()).isEqualTo(new State.Open());
    }

    @Test
    void asking_again_promotes_when_a_looser_policy_is_met_already() {
        guard(2);
        var request = ask(1);
        promotions.approve(MAIN, request, CLEO, "");
        guard(1);
        assertThat(promote(1, PRODUCTION)).isInstanceOf(Outcome.Promoted.class);
        assertThat(promotions.get(MAIN, request).request().state()).isInstanceOf(State.Promoted.class);
    }

    @Test
    void a_policy_that_nobody_can_meet_is_refused() {
        assertRefused(Problem.Invalid.class, () -> guard(2, CLEO));
        assertRefused(Problem.Invalid.class, () -> guard(0));
    }

    @Test
    void clients_cannot_go_around_a_policy() {
        promote(1, PRODUCTION);
        promote(1, CHAMPION);
        guard(1);
        promotions.guard(MAIN, CHURN, CHAMPION, 1, Set.of(), AUTHOR);
        var second = new ModelRef(CHURN, 2);
        var first = new ModelRef(CHURN, 1);
        assertThatThrownBy(() -> move(2, Stage.PRODUCTION, true))
                .hasMessageContaining("You may not move churn:2 to Production")
                .hasMessageContaining("millwright model promote churn:2 --to Production");
        assertRefused(Problem.Forbidden.class, () -> move(2, Stage.PRODUCTION, false));
        assertRefused(Problem.Forbidden.class, () -> move(1, Stage.ARCHIVED, false));
        assertRefused(Problem.Forbidden.class, () -> registry.alias(MAIN, "champion", second, ASKER));
        assertRefused(Problem.Forbidden.class, () -> registry.unalias(MAIN, CHURN, "champion", ASKER));
        assertRefused(Problem.Forbidden.class, () -> registry.deleteVersion(MAIN, first, ASKER));
        assertRefused(Problem.Forbidden.class, () -> registry.delete(MAIN, CHURN));
        assertRefused(Problem.Forbidden.class, () -> registry.rename(MAIN, CHURN, new ModelName("other")));
        move(2, Stage.STAGING, true);
        registry.alias(MAIN, "challenger", second, ASKER);
        assertThat(stages()).containsExactly(Stage.NONE, Stage.STAGING, Stage.PRODUCTION);
    }

    @Test
    void a_guarded_place_is_rolled_back_by_those_whose_approval_would_count() {
        promote(1, PRODUCTION);
        promote(2, PRODUCTION);
        guard(1, CLEO);
        assertRefused(Problem.Forbidden.class, () -> rollBack(PRODUCTION, caller(DAN, Role.CONTRIBUTOR)));
        assertRefused(Problem.Forbidden.class, () -> rollBack(PRODUCTION, caller(CLEO, Role.READER)));
        assertThat(rollBack(PRODUCTION, caller(CLEO, Role.CONTRIBUTOR)).version())
                .isEqualTo(1);
    }

    @Test
    void the_inbox_holds_what_waits_for_ones_own_word() {
        guard(2);
        var request = ask(1);
        assertThat(inbox(CLEO)).containsExactly(request);
        assertThat(inbox(AUTHOR)).isEmpty();
        assertThat(inbox(ASKER)).isEmpty();
        promotions.approve(MAIN, request, CLEO, "");
        assertThat(inbox(CLEO)).isEmpty();
        assertThat(inbox(DAN)).containsExactly(request);
        assertThat(promotions.waitingFor(MAIN, caller(DAN, Role.READER))).isEmpty();
    }

    private List<PromotionRequestId> inbox(PrincipalId who) {
        return promotions.waitingFor(MAIN, caller(who, Role.CONTRIBUTOR)).stream()
                .map(asked -> asked.request().id())
                .toList();
    }

    private static Caller caller(PrincipalId who, Role role) {
        return new Caller(
                who,
                who.value(),
                List.of(Grant.allow(role, Scope.in(MAIN))),
                Confinement.NONE,
                new CredentialId(new UUID(0, 1)),
                (@Nullable String) null);
    }

    private void guard(int needed, PrincipalId... approvers) {
        promotions.guard(MAIN, CHURN, PRODUCTION, needed, Set.of(approvers), AUTHOR);
    }

    private PromotionRequestId ask(int version) {
        return ((Outcome.Waiting) promote(version, PRODUCTION)).request().id();
    }

    private String refusal(PromotionRequestId request, PrincipalId who) {
        var refused = catchThrowableOfType(Refused.class, () -> promotions.approve(MAIN, request, who, ""));
        return ((Problem.Forbidden) refused.problem()).reason();
    }

    private Outcome promote(int version, Target target) {
        return promotions.promote(MAIN, new ModelRef(CHURN, version), target, ASKER, "");
    }

    private Promotion rollBack(Target target, Caller by) {
        return promotions.rollBack(MAIN, CHURN, target, by, "");
    }

    private void move(int version, Stage stage, boolean archiveOthers) {
        registry.moveTo(MAIN, new ModelRef(CHURN, version), stage, archiveOthers, ASKER);
    }

    /** Of the versions, the newest first. */
    private List<Stage> stages() {
        return registry.versions(MAIN, CHURN).stream()
                .map(version -> version.stage())
                .toList();
    }
}
