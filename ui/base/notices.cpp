// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/notices.h"

#include "ui/base/words.h"

namespace continuo::ui {

void Notices::report(const Error& error)
{
    if (error.kind != ErrorKind::Cancelled)
        Q_EMIT arrived(Level::Failure, inWords(error));
}

} // namespace continuo::ui
