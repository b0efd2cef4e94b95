using System.Text.Json;
using Towpath.Core.Deployments;

namespace Towpath.Core.Tests.Deployments;

/// <summary>A journal in memory. It keeps the state as JSON, as a real one does, so that nothing is shared with the runner by reference.</summary>
internal sealed class FakeJournal(Deployment deployment) : IJournal
{
    private string _state = JsonSerializer.Serialize(deployment, CoreJson.Default.Deployment);

    public List<string> Written { get; } = [];

    public List<string> Lines { get; } = [];

    public bool Owned { get; set; } = true;

    /// <summary>Called before each write with the name of its event; may change the state as somebody else would.</summary>
    public Action<string> BeforeWrite { get; set; } = _ => { };

    public Deployment State => JsonSerializer.Deserialize(_state, CoreJson.Default.Deployment)!;

    public Task<Deployment> ReadAsync(DeploymentId id, CancellationToken cancellationToken) => Task.FromResult(State);

    public Task<JournalWrite> WriteAsync(Deployment before, Next transition, CancellationToken cancellationToken)
    {
        BeforeWrite(transition.Event.Name);
        if (!Owned) return Task.FromResult(JournalWrite.Fenced);
        if (State.Revision != before.Revision) return Task.FromResult(JournalWrite.Conflict);
        Save(transition);
        Written.Add(transition.Event.Name);
        return Task.FromResult(JournalWrite.Written);
    }

    /// <summary>Somebody else's transition.</summary>
    public void Apply(DeploymentEvent happened) => Save((Next)DeploymentMachine.Apply(State, happened));

    /// <summary>What no transition makes.</summary>
    public void Replace(Deployment state) => _state = JsonSerializer.Serialize(state, CoreJson.Default.Deployment);

    public Task<bool> IsOwnedAsync(CancellationToken cancellationToken) => Task.FromResult(Owned);

    public void Log(DeploymentId id, string step, string text) => Lines.Add($"{step}: {text}");

    private void Save(Next next) => _state = JsonSerializer.Serialize(next.Deployment, CoreJson.Default.Deployment);
}
