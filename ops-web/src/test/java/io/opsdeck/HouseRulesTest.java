package io.opsdeck;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.Requires;
import jakarta.persistence.Entity;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.repository.Repository;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** What holds for all code of Opsdeck. A message that fails ends with what to do about it. */
class HouseRulesTest {

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
            .importPackages("io.opsdeck");

    private static final DescribedPredicate<CanBeAnnotated> HANDLES =
            DescribedPredicate.describe("handle requests", each -> each.isMetaAnnotatedWith(RequestMapping.class));

    @Test
    void theRulesSeeTheWholeProduct() {
        assertThat(CODE.contain(OpsdeckApplication.class)).isTrue();
        assertThat(CODE.contain("io.opsdeck.core.member.Members")).isTrue();
        assertThat(CODE.size()).isGreaterThan(100);
    }

    @Test
    void everyPackageSaysThatNothingIsNullUnlessATypeSaysSo() {
        Set<JavaPackage> bare = new java.util.TreeSet<>(java.util.Comparator.comparing(JavaPackage::getName));
        for (JavaClass each : CODE) {
            if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
                bare.add(each.getPackage());
            }
        }
        assertThat(bare)
                .as("add a package-info.java with @NullMarked and a sentence")
                .isEmpty();
    }

    @Test
    void entitiesAndRepositoriesStayInsideTheirFeature() {
        remedy(
                classes().that().areAnnotatedWith(Entity.class).should().notBePublic(),
                "make the entity package-private and hand out a view or a value");
        remedy(
                classes().that().areAssignableTo(Repository.class).should().notBePublic(),
                "make the repository package-private and add a verb to the feature's service");
    }

    @Test
    void controllersLiveInTheWebModuleAndCannotBeCalledFromElsewhere() {
        remedy(
                classes()
                        .that()
                        .areMetaAnnotatedWith(Controller.class)
                        .and()
                        .areNotAnnotations()
                        .should()
                        .resideInAPackage("io.opsdeck.web..")
                        .andShould()
                        .bePackagePrivate(),
                "move the controller to ops-web and drop its public");
    }

    @Test
    void everyHandlerSaysWhoMayUseIt() {
        remedy(
                methods().that(HANDLES).should(beAnnotatedWith(Requires.class)).orShould(beAnnotatedWith(Open.class)),
                "add @Requires(Permission.…), or @Open(\"why\") if nobody has to be known");
    }

    @Test
    void handlersTranslateAndLeaveTheDatabaseToServices() {
        remedy(
                noClasses()
                        .that()
                        .areMetaAnnotatedWith(Controller.class)
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(Repository.class)
                        .orShould()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("org.springframework.jdbc.core.simple.JdbcClient"),
                "call a service of the feature");
    }

    @Test
    void onlyTheCoreAsksForTheTimeOrMakesIds() {
        remedy(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("io.opsdeck.core.time..", "io.opsdeck.core.id..")
                        .should(callOneOf(
                                Set.of(
                                        Instant.class,
                                        LocalDate.class,
                                        LocalDateTime.class,
                                        OffsetDateTime.class,
                                        ZonedDateTime.class),
                                "now"))
                        .orShould(callOneOf(Set.of(UUID.class), "randomUUID"))
                        .orShould(callOneOf(Set.of(System.class), "currentTimeMillis")),
                "take the Clock or Ids in the constructor");
    }

    @Test
    void beansAreGivenWhatTheyNeedByTheirConstructor() {
        remedy(noFields().should().beAnnotatedWith(Autowired.class), "make it a final field that the constructor sets");
        remedy(
                fields().that()
                        .areDeclaredInClassesThat()
                        .areMetaAnnotatedWith("org.springframework.stereotype.Component")
                        .and()
                        .areNotStatic()
                        .and()
                        .areDeclaredInClassesThat()
                        .areNotAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
                        .should()
                        .bePrivate(),
                "make the field private");
    }

    @Test
    void onlyOneClientGoesOut() {
        remedy(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("io.opsdeck.core.http..")
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("java.net.http.HttpClient")
                        .orShould()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("java.net.URLConnection")
                        .orShould()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("java.net.HttpURLConnection")
                        .orShould()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("org.springframework.web.client.RestClient")
                        .orShould()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("org.springframework.web.client.RestTemplate")
                        .orShould()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.apache.hc..", "okhttp3.."),
                "use the client of io.opsdeck.core.http, which refuses inner addresses and bounds time and size");
    }

    @Test
    void packagesOfAModuleFormNoCycle() {
        for (String module : new String[] {"core", "analytics", "user", "content", "campaign", "web"}) {
            remedy(
                    slices().matching("io.opsdeck." + module + ".(*)..")
                            .should()
                            .beFreeOfCycles(),
                    "move the type both sides need to the lower package, or publish an event");
        }
    }

    @Test
    void modulesKeepTheirDirection() {
        String[] order = {"core", "analytics", "user", "content", "campaign", "web"};
        for (int lower = 0; lower < order.length - 1; lower++) {
            String[] above = new String[order.length - lower - 1];
            for (int i = 0; i < above.length; i++) {
                above[i] = "io.opsdeck." + order[lower + 1 + i] + "..";
            }
            remedy(
                    noClasses()
                            .that()
                            .resideInAPackage("io.opsdeck." + order[lower] + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(above),
                    "turn the dependency round: the lower module publishes an event, the upper one listens");
        }
    }

    @Test
    void modulithAgrees() {
        ApplicationModules.of(OpsdeckApplication.class).verify();
    }

    private static void remedy(ArchRule rule, String remedy) {
        rule.allowEmptyShould(true).because("REMEDY: " + remedy).check(CODE);
    }

    private static ArchCondition<JavaClass> callOneOf(Set<Class<?>> owners, String method) {
        return new ArchCondition<>("call " + method + "() without a clock") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                for (JavaCall<?> call : origin.getCodeUnitCallsFromSelf()) {
                    boolean bare = call.getTarget().getRawParameterTypes().isEmpty()
                            && call.getTarget().getName().equals(method)
                            && owners.stream()
                                    .anyMatch(owner -> call.getTargetOwner().isEquivalentTo(owner));
                    if (bare) {
                        events.add(SimpleConditionEvent.satisfied(origin, call.getDescription()));
                    }
                }
            }
        };
    }
}
