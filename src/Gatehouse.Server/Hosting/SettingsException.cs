namespace Gatehouse.Server.Hosting;

/// <summary>The server cannot start as it is told to. The message names the setting and what to do.</summary>
internal sealed class SettingsException(string message) : Exception(message);
