namespace MartechGrains.EndToEnd.Tests.Policies;

/// <summary>The policies of these tests: what differs between them is what is given.</summary>
internal sealed record PolicyText(int Version)
{
    public string Email { get; init; } = "contested: last_authenticated";

    public string Phone { get; init; } = "genericAfter: 10";

    public string Account { get; init; } = "contested: nobody";

    public string Device { get; init; } = "genericAfter: 2";

    public string BlockedEmails { get; init; } = "^info@";

    public override string ToString() => $$"""
        kind: identity_policy
        version: {{Version}}
        namespaces:
          - {name: user_id, owner: tests, rationale: one for each person, priority: 1, maxPerProfile: 1}
          - name: email
            owner: tests
            rationale: nearly personal
            priority: 2
            normaliser: email
            {{Email}}
            blocked:
              - {owner: tests, rationale: nobody's, patterns: ['{{BlockedEmails}}']}
          - {name: phone, owner: tests, rationale: a household's, priority: 3, normaliser: phone, {{Phone}}}
          - {name: account_id, owner: tests, rationale: a group, priority: 4, {{Account}}}
          - {name: device_id, owner: tests, rationale: a family's, priority: 5, {{Device}}}
          - {name: anonymous_id, owner: tests, rationale: a cookie, priority: 6}
        """;
}
