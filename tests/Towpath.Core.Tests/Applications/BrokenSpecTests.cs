using System.Text;
using Towpath.Core.Operators;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class BrokenSpecTests
{
    private static readonly OperatorLimits Limits = new()
    {
        Folders = ["web-dev", "web-prod"],
        Commands = ["./smoke.sh"],
        Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/web"]) { Registries = ["ghcr.io/acme/*"] } },
    };

    [Fact]
    public void Broken_configurations_are_told_all_that_is_wrong_and_where() => Snapshot.Matches(Report("configurations.txt", limits: null));

    [Fact]
    public void What_the_operator_does_not_allow_is_told_for_each_place() => Snapshot.Matches(Report("limits.txt", Limits));

    [Fact]
    public void Broken_operator_settings_are_told_all_that_is_wrong_and_where()
    {
        var report = new StringBuilder();
        foreach (var (title, files) in BrokenCases.Read("towpath.txt"))
            report.Append(BrokenCases.Show(title, files, OperatorSettingsReader.Read("towpath.yaml", files["towpath.yaml"], "/srv/towpath").Errors));
        Snapshot.Matches(report.ToString());
    }

    private static string Report(string cases, OperatorLimits? limits)
    {
        var report = new StringBuilder();
        foreach (var (title, files) in BrokenCases.Read(cases))
        {
            var result = Specs.Load(limits, [.. files.Select(f => (f.Key, f.Value))]);
            Assert.Equal(result.Errors.Count > 0, result.Configuration is null);
            report.Append(BrokenCases.Show(title, files, result.Errors));
        }

        return report.ToString();
    }
}
