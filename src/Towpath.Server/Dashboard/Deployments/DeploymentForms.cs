using Towpath.Core.Approvals;
using Towpath.Server.Api;
using Towpath.Server.Dashboard.Environments;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.Approvals;
using Towpath.Server.Features.Deployments;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Deployments;

/// <summary>What became of a form: why not, or where to go.</summary>
/// <param name="Refusal">Null when it was accepted.</param>
/// <param name="GoTo">Another page than the one the form stands on.</param>
public sealed record FormOutcome(Refusal? Refusal, string? GoTo = null)
{
    public static FormOutcome Of<T>(Answer<T> answer, Func<T, string>? goTo = null)
        where T : class => new(answer.Refusal, answer.Value is { } value ? goTo?.Invoke(value) : null);
}

/// <summary>One form on the page of a deployment.</summary>
/// <param name="Name">The last part of its address.</param>
/// <param name="Permission">What it needs.</param>
/// <param name="SendAsync">What it does.</param>
public sealed record DeploymentForm(
    string Name, Permission Permission, Func<DeploymentForms, Caller, string, FormFields, CancellationToken, Task<FormOutcome>> SendAsync);

/// <summary>Carries the forms of a deployment's page to the use cases that the API has, too.</summary>
public sealed class DeploymentForms(DecideDeployments decide, ChangeDeployment change, ShowDeployment show, EnvironmentForms environments)
{
    public static IReadOnlyList<DeploymentForm> All { get; } =
    [
        new("approve", Permission.Approve, (use, caller, id, form, ct) => use.DecideAsync(caller, id, form, Verdict.Approved, ct)),
        new("reject", Permission.Approve, (use, caller, id, form, ct) => use.DecideAsync(caller, id, form, Verdict.Rejected, ct)),
        new("cancel", Permission.Deploy, (use, caller, id, form, ct) => use.CancelAsync(caller, id, form, ct)),
        new("retry", Permission.Deploy, (use, caller, id, _, ct) => use.RetryAsync(caller, id, ct)),
        .. EnvironmentForms.OnDeployments.Select(name =>
            new DeploymentForm(name, Permission.Deploy, (use, caller, id, form, ct) => use.OfEnvironmentAsync(name, caller, id, form, ct))),
    ];

    private async Task<FormOutcome> DecideAsync(Caller caller, string id, FormFields form, Verdict verdict, CancellationToken cancellationToken) =>
        FormOutcome.Of(await decide.HandleAsync(caller, id, new Decide(form.Text("role"), form.Text("comment")), verdict, cancellationToken));

    private async Task<FormOutcome> CancelAsync(Caller caller, string id, FormFields form, CancellationToken cancellationToken) =>
        FormOutcome.Of(await change.CancelAsync(caller, id, new GiveReason(form.Text("reason")), cancellationToken));

    private async Task<FormOutcome> RetryAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        FormOutcome.Of(await change.RetryAsync(caller, id, cancellationToken));

    private async Task<FormOutcome> OfEnvironmentAsync(string name, Caller caller, string id, FormFields form, CancellationToken cancellationToken)
    {
        var found = await show.HandleAsync(caller, id, cancellationToken);
        return found.Value is { } view
            ? await environments.SendAsync(name, caller, view.Application, view.Environment, form, cancellationToken)
            : new FormOutcome(found.Refusal);
    }
}
