package io.opsdeck.web.webhook;

import java.util.List;

/**
 * Code by which a receiver checks that a message is ours; its heading is {@code webhook.check.<key>}.
 *
 * @param code what to copy; it reads the secret from the environment
 */
record SignatureCheck(String key, String code) {

    private static final String SHELL = """
            # body.json: the body as it arrived; ID, TIME, SIGNATURE: the headers webhook-id, webhook-timestamp, webhook-signature
            key=$(printf %s "${WEBHOOK_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
            mine=$({ printf %s "$ID.$TIME."; cat body.json; } |
              openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
            case " $SIGNATURE " in
              *" v1,$mine "*) echo valid ;;
              *) echo refused; exit 1 ;;
            esac""";

    private static final String NODE = """
            import { createHmac, timingSafeEqual } from 'node:crypto';

            // body: the bytes as they arrived, before any JSON parser
            export function isOurs(headers, body, secret = process.env.WEBHOOK_SECRET) {
              const id = headers['webhook-id'], time = headers['webhook-timestamp'];
              if (!(Math.abs(Date.now() / 1000 - time) < 300)) return false;
              const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'));
              const mine = Buffer.from('v1,' + mac.update(`${id}.${time}.`).update(body).digest('base64'));
              return headers['webhook-signature'].split(' ').map((each) => Buffer.from(each))
                .some((theirs) => theirs.length === mine.length && timingSafeEqual(theirs, mine));
            }""";

    private static final String PYTHON = """
            import base64, hashlib, hmac, os, time

            # body: the bytes as they arrived; headers: names in lower case
            def is_ours(headers, body, secret=os.environ["WEBHOOK_SECRET"]):
                sent = headers["webhook-timestamp"]
                if abs(time.time() - int(sent)) > 300:
                    return False
                signed = f"{headers['webhook-id']}.{sent}.".encode() + body
                key = base64.b64decode(secret.removeprefix("whsec_"))
                mine = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                return any(hmac.compare_digest(each, mine) for each in headers["webhook-signature"].split(" "))""";

    private static final String JAVA = """
            static boolean isOurs(String id, String time, String signatures, byte[] body) throws GeneralSecurityException {
                if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(time)) > 300) {
                    return false;
                }
                byte[] key = Base64.getDecoder().decode(System.getenv("WEBHOOK_SECRET").substring("whsec_".length()));
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
                byte[] mine = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
                return Arrays.stream(signatures.split(" "))
                        .anyMatch(each -> MessageDigest.isEqual(each.getBytes(StandardCharsets.UTF_8), mine));
            }""";

    static List<SignatureCheck> all() {
        return List.of(
                new SignatureCheck("shell", SHELL),
                new SignatureCheck("node", NODE),
                new SignatureCheck("python", PYTHON),
                new SignatureCheck("java", JAVA));
    }
}
