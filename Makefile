.PHONY: check check-external bench faults dev format clean look

# What CI runs: formatting, static analysis, every test, and every benchmark with next to nothing.
check:
	mvn -B -ntp -Pbenchmarks spotless:check
	mvn -B -ntp -Pbenchmarks verify

# Every test against a PostgreSQL server that the tests did not start, by a login that is no superuser.
check-external:
	.ci/external-database verify

BENCHMARKS = java -jar benchmarks/target/benchmarks.jar

# The figures of docs/benchmarks.md. Takes an hour and more; leave the machine alone meanwhile.
bench: benchmarks
	$(BENCHMARKS) intake
	$(BENCHMARKS) group-commit
	$(BENCHMARKS) start
	$(BENCHMARKS) lists
	$(BENCHMARKS) insights

# Crashes and bad input, against the product as it ships.
faults: benchmarks
	$(BENCHMARKS) kill
	$(BENCHMARKS) backup
	$(BENCHMARKS) bodies
	$(BENCHMARKS) send-kill
	$(BENCHMARKS) import-kill
	$(BENCHMARKS) two-nodes
	$(BENCHMARKS) busy
	$(BENCHMARKS) database-gone
	$(BENCHMARKS) database-hangs

.PHONY: benchmarks
benchmarks:
	mvn -B -ntp -q -DskipAnalysis -DskipTests -Pbenchmarks package

# Starts the product without static analysis, on ./data.
dev:
	mvn -q -DskipAnalysis spring-boot:run

# Photographs every page in Chromium into ops-web/target/look, for somebody to look at.
look:
	mvn -q -DskipAnalysis -pl ops-web -am test -Dtest=Photographs -Dsurefire.failIfNoSpecifiedTests=false

format:
	mvn -q -Pbenchmarks spotless:apply

clean:
	mvn -q -Pbenchmarks clean
