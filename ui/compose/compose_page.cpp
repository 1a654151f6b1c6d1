// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/compose_page.h"

namespace continuo::ui {

ComposePage::ComposePage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
{
}

void ComposePage::useModel(const QString&)
{
}

} // namespace continuo::ui
