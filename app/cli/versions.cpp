// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/versions.h"

#ifdef CONTINUO_HAS_SOUND
#include "core/play/versions.h"
#endif

namespace continuo::cli {

std::string versionText()
{
    std::string text = "continuo " CONTINUO_VERSION "\nlibtorch " CONTINUO_LIBTORCH_VERSION;
#ifdef CONTINUO_HAS_SOUND
    text += "\nFluidSynth " + fluidSynthVersion();
#else
    text += "\nFluidSynth: this program was built without sound";
#endif
    return text;
}

} // namespace continuo::cli
