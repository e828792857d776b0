package org.millwright.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.inject.Named;
import jakarta.ws.rs.HttpMethod;
import java.lang.annotation.Annotation;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.millwright.wire.http.Public;
import org.millwright.wire.http.Requires;

/**
 * Who may touch whom. Each rule is tried twice: on the product, which must keep it, and on a class in this module's tests
 * that breaks it, which the rule must catch; a rule that catches nothing holds nothing.
 */
class ArchitectureTest {
    private static final Set<String> CONTEXTS = Set.of(
            "workspace",
            "access",
            "data",
            "compute",
            "experiment",
            "registry",
            "endpoint",
            "schedule",
            "monitoring",
            "retention",
            "lineage",
            "secret",
            "planted",
            "plantedother");
    private static final Pattern IN_A_CONTEXT = Pattern.compile("org\\.millwright\\.([a-z]+)(\\..*)?");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.millwright");
    private static final JavaClasses PLANTED = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("org.millwright");

    private record Rule(String name, ArchRule rule, String planted) {}

    @TestFactory
    Stream<DynamicTest> the_product_keeps_the_rule() {
        return rules().map(rule ->
                DynamicTest.dynamicTest(rule.name(), () -> rule.rule().check(PRODUCT)));
    }

    @TestFactory
    Stream<DynamicTest> the_rule_catches_who_breaks_it() {
        return rules().map(rule -> DynamicTest.dynamicTest(rule.name(), () -> assertThat(
                        rule.rule().evaluate(PLANTED).getFailureReport().toString())
                .contains(rule.planted())));
    }

    private static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "models know Java, null annotations, what is shared, and the roots of contexts",
                        classes()
                                .that(areInRing("model"))
                                .should(dependOnlyOn("java..", "javax.crypto..", "org.jspecify..")),
                        "PlantedModel"),
                new Rule(
                        "use cases add injection, scopes and transactions, and nothing else of the platform",
                        classes()
                                .that(areInRing("app"))
                                .should(dependOnlyOn(
                                        "java..",
                                        "javax.crypto..",
                                        "org.jspecify..",
                                        "jakarta.inject..",
                                        "jakarta.enterprise..",
                                        "jakarta.transaction..")),
                        "PlantedUseCase"),
                new Rule(
                        "contexts touch each other only through what they publish at their root",
                        classes().that(areInAContext()).should(touchOtherContextsAtTheirRoot()),
                        "PlantedIntruder"),
                new Rule(
                        "contexts form no cycles",
                        slices().matching("org.millwright.(*)..")
                                .namingSlices("$1")
                                .should()
                                .beFreeOfCycles(),
                        "Cycle detected: planted"),
                new Rule(
                        "only the database module knows tables",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAnyPackage("org.millwright.db..", "org.millwright.cli.."))))
                                .should()
                                .dependOnClassesThat(resideInAnyPackage("jakarta.persistence..", "java.sql..")),
                        "PlantedSql"),
                new Rule(
                        "only adapters open connections, so whoever lets a client name an address has one place to guard",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAnyPackage(
                                                "org.millwright.adapter..", "org.millwright.cli.."))))
                                .should()
                                .dependOnClassesThat(nameMatching("java\\.net\\.(http\\..*|Socket|HttpURLConnection)"
                                        + "|java\\.nio\\.channels\\.SocketChannel|javax\\.net\\..*")),
                        "PlantedCall"),
                new Rule(
                        "only wires know JAX-RS",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAnyPackage(
                                                "org.millwright.wire..", "org.millwright.inference.."))))
                                .should()
                                .dependOnClassesThat(resideInAPackage("jakarta.ws.rs..")),
                        "PlantedResource"),
                new Rule(
                        "only the studio knows Faces",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAPackage("org.millwright.portal.."))))
                                .should()
                                .dependOnClassesThat(resideInAnyPackage("jakarta.faces..", "org.primefaces..")),
                        "PlantedFaces"),
                new Rule(
                        "only the scheduler knows Quartz",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAPackage("org.millwright.scheduler.."))))
                                .should()
                                .dependOnClassesThat(resideInAPackage("org.quartz..")),
                        "PlantedQuartz"),
                new Rule(
                        "only the engine knows ONNX Runtime",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAPackage("org.millwright.engine.."))))
                                .should()
                                .dependOnClassesThat(resideInAPackage("ai.onnxruntime..")),
                        "PlantedOnnx"),
                new Rule(
                        "only the adapter of Azure's vaults knows Azure's SDK",
                        noClasses()
                                .that(resideInAPackage("org.millwright..")
                                        .and(not(resideInAPackage("org.millwright.adapter.keyvault.."))))
                                .should()
                                .dependOnClassesThat(resideInAnyPackage("com.azure..", "reactor..")),
                        "PlantedAzure"),
                new Rule(
                        "wires do not depend on each other",
                        slices().matching("org.millwright.wire.(*)..")
                                .should()
                                .notDependOnEachOther()
                                .ignoreDependency(
                                        DescribedPredicate.alwaysTrue(), resideInAPackage("org.millwright.wire.http.."))
                                .because("a change for one client must not reach another"),
                        "PlantedWire"),
                new Rule(
                        "wires and the studio call use cases, and nothing beneath them",
                        noClasses()
                                .that(resideInAnyPackage("org.millwright.wire..", "org.millwright.portal.."))
                                .should()
                                .dependOnClassesThat(
                                        resideInAnyPackage("org.millwright.db..", "org.millwright.adapter..")
                                                .or(resideInAPackage("org.millwright..spi.."))
                                                .or(simpleNameEndingWith("Repository")
                                                        .and(resideInAPackage("org.millwright..")))),
                        "PlantedShortcut"),
                new Rule(
                        "every operation of a wire names its permission, or says that it is public",
                        methods().that(areOperations()).should(namePermission()),
                        "PlantedResource"),
                new Rule(
                        "every view bean of the studio names its permission, or says that it is public",
                        classes()
                                .that(resideInAPackage("org.millwright.portal..")
                                        .and(annotatedWith(Named.class)))
                                .should(carryPermission()),
                        "PlantedView"),
                new Rule(
                        "the domain is given the time, ids and configuration",
                        noClasses()
                                .that(areInRing("model").or(areInRing("app")))
                                .should(callMethod(Instant.class, "now"))
                                .orShould(callMethod(UUID.class, "randomUUID"))
                                .orShould(callMethod(System.class, "getenv", String.class))
                                .orShould(callMethod(System.class, "currentTimeMillis"))
                                .orShould(callMethod(Clock.class, "systemUTC")),
                        "PlantedClock"));
    }

    private static String context(JavaClass type) {
        var matcher = IN_A_CONTEXT.matcher(type.getPackageName());
        return matcher.matches() && CONTEXTS.contains(matcher.group(1)) ? matcher.group(1) : "";
    }

    private static DescribedPredicate<JavaClass> areInAContext() {
        return DescribedPredicate.describe(
                "are in a context", type -> !context(type).isEmpty());
    }

    private static DescribedPredicate<JavaClass> areInRing(String ring) {
        return DescribedPredicate.describe(
                "are in the ring " + ring,
                type -> !context(type).isEmpty()
                        && type.getPackageName().startsWith("org.millwright." + context(type) + "." + ring));
    }

    private static boolean isRoot(JavaClass type) {
        return type.getPackageName().equals("org.millwright." + context(type));
    }

    private static ArchCondition<JavaClass> dependOnlyOn(String... outside) {
        var allowed = resideInAnyPackage(outside);
        return each("depend only on " + List.of(outside) + ", shared and contexts", (type, target) -> {
            var own = target.getPackageName().startsWith("org.millwright.");
            return own
                    ? target.getPackageName().startsWith("org.millwright.shared")
                            || !context(target).isEmpty()
                    : allowed.test(target);
        });
    }

    private static ArchCondition<JavaClass> touchOtherContextsAtTheirRoot() {
        return each(
                "touch other contexts at their root",
                (type, target) -> context(target).isEmpty() || context(target).equals(context(type)) || isRoot(target));
    }

    private interface Allowed {
        boolean test(JavaClass type, JavaClass target);
    }

    private static ArchCondition<JavaClass> each(String description, Allowed allowed) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> {
                            var target = dependency.getTargetClass().getBaseComponentType();
                            return !target.isPrimitive() && !allowed.test(type, target);
                        })
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
            }
        };
    }

    private static DescribedPredicate<JavaMethod> areOperations() {
        return DescribedPredicate.describe("answer an HTTP method", method -> method.getAnnotations().stream()
                .map(JavaAnnotation::getRawType)
                .anyMatch(type -> type.isAnnotatedWith(HttpMethod.class)));
    }

    private static ArchCondition<JavaMethod> namePermission() {
        return new ArchCondition<>("name a permission or be public") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                if (!method.isAnnotatedWith(Requires.class)
                        && !method.isAnnotatedWith(Public.class)
                        && !method.getOwner().isAnnotatedWith(Public.class)) {
                    events.add(SimpleConditionEvent.violated(method, method.getFullName() + " names no permission"));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> carryPermission() {
        return new ArchCondition<>("carry a permission or be public") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.isAnnotatedWith(Requires.class) && !type.isAnnotatedWith(Public.class)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " names no permission"));
                }
            }
        };
    }

    private static DescribedPredicate<JavaClass> annotatedWith(Class<? extends Annotation> type) {
        return DescribedPredicate.describe(
                "are annotated with " + type.getSimpleName(), candidate -> candidate.isAnnotatedWith(type));
    }
}
