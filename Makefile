.PHONY: check dev format clean

# What CI runs: formatting, static analysis, every test.
check:
	mvn -B -ntp spotless:check
	mvn -B -ntp verify

# Starts the product without static analysis, on ./data.
dev:
	mvn -q -DskipAnalysis spring-boot:run

format:
	mvn -q spotless:apply

clean:
	mvn -q clean
