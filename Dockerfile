# docker build --build-arg REVISION="$(git rev-parse --short HEAD)" -t opsdeck .
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -q -DskipTests package \
 && java -Djarmode=tools -jar ops-web/target/opsdeck.jar extract --layers --destination /layers

# Debian or Ubuntu underneath, not Alpine: native libraries are built against glibc.
FROM eclipse-temurin:17-jre
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Opsdeck" org.opencontainers.image.revision="$REVISION"
RUN groupadd --gid 10001 opsdeck \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin opsdeck \
 && install -d -o opsdeck -g opsdeck /data
WORKDIR /app
# From what seldom changes to what always does, so that an upgrade moves few bytes.
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
USER 10001:10001
ENV OPSDECK_DATA_DIR=/data OPSDECK_REVISION=$REVISION LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s --retries=6 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "opsdeck.jar"]
