using Towpath.Core.Deployments;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Deployments;

public sealed class DeploymentMachineTests
{
    [Fact]
    [Trait("Row", "T3")]
    public void Transition_table_is_the_reviewed_one() => Snapshot.Matches(TransitionTable.Write());

    [Fact]
    public void Transition_table_has_every_phase_and_every_event()
    {
        Assert.Equal(Enum.GetValues<Phase>().Order(), MachineCases.States.Select(s => s.State.Phase).Distinct().Order());
        var events = typeof(DeploymentEvent).GetNestedTypes().Select(t => t.Name).Order(StringComparer.Ordinal);
        Assert.Equal(events, MachineCases.Events.Select(e => e.Event.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryPhase))]
    public void Phase_is_either_before_the_start_or_active_or_terminal(Phase phase)
    {
        var beforeStart = phase is Phase.Waiting or Phase.Queued;
        Assert.Single(new[] { beforeStart, phase.IsActive(), phase.IsTerminal() }, isSo => isSo);
        Assert.NotEqual("", Words.Of(phase));
    }

    public static TheoryData<Phase> EveryPhase => [.. Enum.GetValues<Phase>()];
}
