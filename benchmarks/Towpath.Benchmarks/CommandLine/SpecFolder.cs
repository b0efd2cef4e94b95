using System.Globalization;

namespace Towpath.Benchmarks.CommandLine;

/// <summary>Specs as people write them: three environments, gates, verification.</summary>
internal static class SpecFolder
{
    public static void Write(string folder, int count)
    {
        Directory.CreateDirectory(Path.Combine(folder, "apps"));
        File.WriteAllText(Path.Combine(folder, "organization.yaml"), "roles:\n  staff: { users: [kim] }\n  client: { users: [pat] }\n");
        for (var i = 0; i < count; i++)
            File.WriteAllText(Path.Combine(folder, "apps", string.Create(CultureInfo.InvariantCulture, $"app-{i}.yaml")), Spec(i));
    }

    private static string Spec(int i) => $$"""
        name: app-{{i}}
        title: Application {{i}}
        repository: acme/app-{{i}}
        artifact:
          kind: static-site
          source: builds/app-{{i}}/{sha}.zip
        version: ["{tag}", "sha-{short_sha}"]
        variables: { LOG_LEVEL: info }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: local-site, root: app-{{i}}-dev, port: {{20000 + (3 * i)}} }
          staging:
            after: [dev]
            approvals: [{ role: staff }]
            target: { kind: local-site, root: app-{{i}}-staging, port: {{20001 + (3 * i)}} }
            verify:
              - http: { url: "http://127.0.0.1:{{20001 + (3 * i)}}/", status: 200, within: 10s }
          production:
            after: [staging]
            approvals: [{ role: staff }, { role: client }]
            target: { kind: local-site, root: app-{{i}}-production, port: {{20002 + (3 * i)}} }
            verify:
              - http: { url: "http://127.0.0.1:{{20002 + (3 * i)}}/", status: 200, body: ok, within: 10s }

        """;
}
