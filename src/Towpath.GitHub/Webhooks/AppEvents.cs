namespace Towpath.GitHub.Webhooks;

internal static class AppEvents
{
    public static WebhookEvent Installation(JsonFields root) =>
        new WebhookEvent.Installation(AccountOf(root), WebhookReader.Repositories(root, "repositories"));

    public static WebhookEvent InstallationRepositories(JsonFields root) => new WebhookEvent.InstallationRepositories(
        AccountOf(root), WebhookReader.Repositories(root, "repositories_added"), WebhookReader.Repositories(root, "repositories_removed"));

    private static Account AccountOf(JsonFields root) => WebhookReader.Account(root.Object("installation").Object("account"));
}
