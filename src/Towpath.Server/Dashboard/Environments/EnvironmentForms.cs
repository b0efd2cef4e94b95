using Towpath.Server.Api;
using Towpath.Server.Dashboard.Deployments;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.Environments;
using Towpath.Server.Features.Requests;
using Towpath.Server.Security;

namespace Towpath.Server.Dashboard.Environments;

/// <summary>Carries the forms about one environment to the use cases that the API has, too.</summary>
public sealed class EnvironmentForms(LockEnvironments locks, ResumeAutomation resume, RequestRollbacks rollbacks, RequestPromotions promotions)
{
    public static IReadOnlyList<string> OnDeployments { get; } = ["lock", "unlock", "resume", "rollback"];

    public static IReadOnlyList<string> OnApplications { get; } = ["lock", "unlock", "resume", "promote"];

    public async Task<FormOutcome> SendAsync(string name, Caller caller, string application, string environment, FormFields form, CancellationToken cancellationToken) => name switch
    {
        "lock" => FormOutcome.Of(await locks.LockAsync(caller, application, environment, new LockEnvironment(form.Text("reason") ?? "", Seconds(form)), cancellationToken)),
        "unlock" => FormOutcome.Of(await locks.UnlockAsync(caller, application, environment, cancellationToken)),
        "resume" => FormOutcome.Of(await resume.HandleAsync(caller, application, environment, cancellationToken)),
        "rollback" => FormOutcome.Of(
            await rollbacks.HandleAsync(caller, new RequestRollback(application, environment, form.Text("to"), form.Text("reason")), cancellationToken), PageOf),
        "promote" => FormOutcome.Of(
            await promotions.HandleAsync(caller, new RequestPromotion(application, environment, form.Text("version"), form.Text("reason")), cancellationToken), PageOf),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such form"),
    };

    private static string PageOf(DeploymentView made) => $"/deployments/{made.Id}?done=requested";

    private static long? Seconds(FormFields form) => long.TryParse(form.Text("expires"), out var seconds) ? seconds : null;
}
