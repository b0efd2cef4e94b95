using Towpath.GitHub.Calling;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>What one look at a pull request has read. It is asked before each call; only what is from a fork is bounded.</summary>
internal sealed class PullSpending(ForkBudget budget, GitHubRepository at, bool isFork)
{
    private int _files = ForkBudget.MostFiles;

    public bool IsFork => isFork;

    /// <exception cref="GitHubLimitedException">Forks have had enough for now.</exception>
    public void Calls(int calls)
    {
        if (isFork) budget.Spend(at, calls);
    }

    /// <summary>False, and nothing spent, where this one would have more files read than it may.</summary>
    /// <exception cref="GitHubLimitedException">Forks have had enough for now.</exception>
    public bool Files(int files)
    {
        if (!isFork) return true;
        if (files > _files) return false;
        Calls(files);
        _files -= files;
        return true;
    }
}
