using Microsoft.EntityFrameworkCore;

namespace OpenIddict.Target;

internal sealed class TargetContext(DbContextOptions<TargetContext> options) : DbContext(options);
