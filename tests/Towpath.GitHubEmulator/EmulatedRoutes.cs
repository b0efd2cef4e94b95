namespace Towpath.GitHubEmulator;

/// <summary>What the emulator answers, for whoever wants to compare.</summary>
public static class EmulatedRoutes
{
    public static IReadOnlyList<Calling.Route> All { get; } = [.. EmulatedApi.Routes().All];
}
