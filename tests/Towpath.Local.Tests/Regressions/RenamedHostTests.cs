using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Local.Sites;

namespace Towpath.Local.Tests.Regressions;

/// <summary>
/// Without `host:` a deployment needed the machine that it was queued on, by its name. A container gets another name each time it is
/// made, so that after an upgrade nobody took what was queued or running.
/// </summary>
public sealed class RenamedHostTests
{
    [Fact]
    public void Only_machine_needs_no_name() => Assert.Null(Target("here").Capability(Spec(null)));

    [Fact]
    public void Name_is_the_same_however_it_is_spelled() => Assert.Equal(Target("here").Capability(Spec("Web1")), Target("here").Capability(Spec("web1")));

    private static LocalSiteTarget Target(string name) => new(new LocalOptions(name, HostRequired: false, OperatorLimits.Nothing, "data"), []);

    private static TargetSpec Spec(string? host) => new(SiteSettings.Kind, new JsonObject { ["root"] = "a", ["port"] = 1, ["host"] = host });
}
