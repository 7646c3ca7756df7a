package io.opsdeck.benchmarks;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A CSV file of people that is imported over REST. One row in a hundred names nobody and cannot be kept.
 *
 * @param name of the file, and the start of every user id in it
 */
record TableFile(String name, int rows) {

    private static final String BOUNDARY = "a-boundary-of-the-upload";
    private static final int WRONG_EVERY = 100;
    private static final String MAPPING =
            "{\"kind\":\"profiles\",\"columns\":{\"id\":\"userId\",\"name\":\"traits.name\",\"city\":\"traits.city\"}}";

    int wrong() {
        return rows / WRONG_EVERY;
    }

    int right() {
        return rows - wrong();
    }

    /** Uploads it and starts the import; returns the id of the job. */
    String send(Opsdeck node) throws IOException, InterruptedException {
        List<String> parts = new ArrayList<>();
        parts.add("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n" + MAPPING + "\r\n");
        parts.add("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + ".csv\"\r\nContent-Type: text/csv\r\n\r\n" + content() + "\r\n");
        parts.add("--" + BOUNDARY + "--\r\n");
        var request = HttpRequest.newBuilder(node.uri("/api/v1/imports"))
                .header("Authorization", "Bearer " + Opsdeck.TOKEN)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofString(String.join("", parts)))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IOException("the import was answered " + answer.statusCode() + " " + answer.body());
        }
        return new JsonMapper().readTree(answer.body()).get("id").stringValue();
    }

    private String content() {
        var text = new StringBuilder("id,name,city\n");
        for (int row = 1; row <= rows; row++) {
            if (row % WRONG_EVERY != 0) {
                text.append(name).append('-').append(row);
            }
            text.append(",Person ")
                    .append(row)
                    .append(",City ")
                    .append(row % 50)
                    .append('\n');
        }
        return text.toString();
    }

    /** The report of a job that has ended counts every row once. */
    void check(Report report, JsonNode job) {
        JsonNode result = job.path("result");
        report.check(
                job.path("state").asString().equals("succeeded")
                        && result.path("created").asLong() == right()
                        && result.path("failed").asLong() == wrong()
                        && result.path("skipped").asLong() == 0,
                name + ", " + rows + " rows: " + job);
    }
}
